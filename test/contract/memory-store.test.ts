import { createMemoryStore } from '../../src/memory/store.ts';
import { storeContract } from './store.ts';

const store = createMemoryStore();
storeContract('memory', () => store);
