/** Every rotation story, in the order of the table. */
import type { Story } from '../story.ts';
import { compressed } from './compressed.ts';
import { identity } from './identity.ts';
import { links } from './links.ts';
import { reader } from './reader.ts';
import { renamed } from './renamed.ts';
import { truncated } from './truncated.ts';

export const stories: readonly Story[] = [...renamed, ...compressed, ...truncated, ...links, ...identity, ...reader];
