/**
 * Decides, place by place, how a scanner walks through an expression. A RegExp tries the ways through its choices in an
 * order and takes the first that matches. The plan takes at every choice the first way that is not ruled out by what
 * stands there; where all steps then fit, every way before was ruled out, and this is what the RegExp finds.
 */
import { ALL_BYTES, BEYOND_ASCII, type ByteSet, bytesIn, NO_BYTES, onlyByteOf } from './byte-set.ts';
import type { Node } from './expression.ts';
import { NotPlain } from './expression-reader.ts';
import { ANYTHING, followedBy, type Lead, leadOf, NOTHING } from './lead.ts';

/**
 * Where a run ends. 'stop': at the first byte outside its set; mostly what follows begins with none inside. 'first' or
 * 'last': at the first or last place where what follows can begin.
 */
export type RunEnd = { readonly at: 'stop' } | { readonly at: 'first' | 'last'; readonly before: Lead };

/** `isSure` of a step that fails: no way through the steps before it matches, so the next way of the choice has its turn. */
export type Step =
  | { readonly kind: 'literal'; readonly bytes: readonly number[]; readonly isSure: boolean }
  | {
      readonly kind: 'run';
      readonly set: ByteSet;
      readonly min: number;
      readonly max: number;
      readonly end: RunEnd;
      readonly isSure: boolean;
    }
  | { readonly kind: 'group'; readonly group: number; readonly steps: readonly Step[] }
  | { readonly kind: 'choice'; readonly ways: readonly (readonly Step[])[]; readonly isSure: boolean }
  | { readonly kind: 'look'; readonly steps: readonly Step[]; readonly isNegative: boolean; readonly isSure: boolean };

/** Throws NotPlain. */
export function planSteps(expression: Node): readonly Step[] {
  return planPart(expression, NOTHING, true).steps;
}

/** `isSure` says whether all ways before the steps, and then through them, were ruled out. */
interface Planned {
  readonly steps: readonly Step[];
  readonly isSure: boolean;
}

function planPart(node: Node, after: Lead, isSure: boolean): Planned {
  switch (node.kind) {
    case 'run':
      return planRun(node, after, isSure);
    case 'sequence':
      return planSequence(node.parts, after, isSure);
    case 'choice':
      return planChoice(node.ways, after, isSure);
    case 'look': {
      // Which of its ways matches makes no difference.
      const { steps } = planPart(node.what, ANYTHING, true);
      return { steps: [{ kind: 'look', steps, isNegative: node.isNegative, isSure }], isSure };
    }
    case 'group': {
      const planned = planPart(node.what, after, isSure);
      return { steps: [{ kind: 'group', group: node.group, steps: planned.steps }], isSure: planned.isSure };
    }
  }
}

function planSequence(parts: readonly Node[], after: Lead, isSure: boolean): Planned {
  const leads = [after];
  for (const part of parts.toReversed()) leads.unshift(followedBy(leadOf(part), leads[0] as Lead));
  const steps: Step[] = [];
  let isStillSure = isSure;
  for (const [index, part] of parts.entries()) {
    const planned = planPart(part, leads[index + 1] as Lead, isStillSure);
    for (const step of planned.steps) addStep(steps, step);
    isStillSure = planned.isSure;
  }
  return { steps, isSure: isStillSure };
}

/** Literals side by side are compared at once. */
function addStep(steps: Step[], step: Step): void {
  const last = steps.at(-1);
  if (step.kind === 'literal' && last?.kind === 'literal')
    steps[steps.length - 1] = { ...last, bytes: [...last.bytes, ...step.bytes] };
  else steps.push(step);
}

const LINE_ENDS = bytesIn(0x0a, 0x0d);

function planRun(node: Node & { kind: 'run' }, after: Lead, isSure: boolean): Planned {
  const { min, max, isLazy } = node;
  // No line has an LF in it.
  const set = node.set & (ALL_BYTES ^ bytesIn(0x0a));
  const isCounted = min > 1 || max !== Number.POSITIVE_INFINITY;
  if (isCounted && (set & BEYOND_ASCII) !== NO_BYTES) throw new NotPlain('counts letters that may be beyond ASCII');
  const byte = min === 1 && max === 1 && (set & LINE_ENDS) === NO_BYTES ? onlyByteOf(set) : undefined;
  if (byte !== undefined) return { steps: [{ kind: 'literal', bytes: [byte], isSure }], isSure };
  if (min === max) return { steps: [{ kind: 'run', set, min, max, end: { at: 'stop' }, isSure }], isSure };
  const shared = set & after.first;
  if (shared === NO_BYTES) return { steps: [{ kind: 'run', set, min, max, end: { at: 'stop' }, isSure }], isSure };
  if (isLazy && isCounted) throw new NotPlain('a lazy part with a count');
  const isInLetters = (shared & BEYOND_ASCII) !== NO_BYTES;
  if (isLazy && isInLetters) throw new NotPlain('an end that may lie inside a letter beyond ASCII');
  // A greedy run tries its farthest end first, and that is no place inside a letter.
  const end: RunEnd = isInLetters ? { at: 'stop' } : { at: isLazy ? 'first' : 'last', before: after };
  return { steps: [{ kind: 'run', set, min, max, end, isSure }], isSure: false };
}

function planChoice(ways: readonly Node[], after: Lead, isSure: boolean): Planned {
  const planned = ways.map((way) => planPart(way, after, true));
  return {
    steps: [{ kind: 'choice', ways: planned.map(({ steps }) => steps), isSure }],
    isSure: isSure && isDistinct(ways, after) && planned.every((way) => way.isSure),
  };
}

/** Where one way fits, the next byte has ruled out all others. */
function isDistinct(ways: readonly Node[], after: Lead): boolean {
  let taken = NO_BYTES;
  for (const [index, way] of ways.entries()) {
    const lead = leadOf(way);
    // One that may be empty fits whatever the next byte is.
    if (lead.isNullable && index < ways.length - 1) return false;
    const { first } = followedBy(lead, after);
    if ((taken & first) !== NO_BYTES) return false;
    taken |= first;
  }
  return true;
}
