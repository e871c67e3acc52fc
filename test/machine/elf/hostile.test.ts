/** ELF files, loader caches and tables of mappings that somebody made to harm: nothing throws, nothing reads much, nothing ends late. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mappedLibraries } from '../../../src/checks/library/mapped.ts';
import { readElf } from '../../../src/machine/elf/elf.ts';
import { parseLoaderCache } from '../../../src/machine/elf/loader-cache.ts';
import { madeCache, madeElf } from './made-elf.ts';

/** Reads of a few texts and headers; the most that elf.ts says. */
const MAX_READ_BYTES = 5 * 2 ** 20;

async function readCounted(bytes: Buffer): Promise<{ readonly elf: unknown; readonly read: number }> {
  let read = 0;
  const elf = await readElf(async (at, length) => {
    const part = Number.isSafeInteger(at) && at >= 0 ? bytes.subarray(at, at + length) : Buffer.alloc(0);
    read += part.length;
    return part;
  });
  return { elf, read };
}

const seeds = [
  madeElf({ needed: ['liba.so', 'libb.so'], rpath: '/a:$ORIGIN', interpreter: '/lib64/ld-linux-x86-64.so.2' }),
  madeElf({ is64: false, isLittle: false, machine: 20, needed: ['liba.so'], runpath: '/b', soname: 'libx.so' }),
];

function mutated(...from: readonly Buffer[]) {
  const edit = fc.tuple(fc.nat(1_200), fc.constantFrom(0, 1, 2, 7, 0x7f, 0x80, 0xff));
  return fc
    .tuple(fc.constantFrom(...from), fc.array(edit, { maxLength: 12 }), fc.nat(5_000))
    .map(([seed, edits, cut]) => {
      const bytes = Buffer.from(seed.subarray(0, cut < 4_500 ? seed.length : cut - 4_500));
      for (const [at, value] of edits) if (at < bytes.length) bytes[at] = value;
      return bytes;
    });
}

test('damaged ELF files give what can be read of them or nothing', async () => {
  await fc.assert(
    fc.asyncProperty(mutated(...seeds), async (bytes) => {
      const { read } = await readCounted(bytes);
      assert.ok(read <= MAX_READ_BYTES, String(read));
    }),
    { numRuns: 3_000 },
  );
});

test('bytes of any kind behind the right magic give nothing that is not text', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 2_000 }),
      fc.constantFrom(1, 2),
      fc.constantFrom(1, 2),
      async (tail, bits, order) => {
        const { read } = await readCounted(Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46, bits, order]), tail]));
        assert.ok(read <= MAX_READ_BYTES);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('an ELF file that needs without end is read to its bound', async () => {
  const one = madeElf({ needed: ['x'] });
  // Its one entry for a library, again and again behind its end.
  const endless = Buffer.concat([one, Buffer.alloc(2_000_000, one.subarray(528, 544))]);
  const section = 64 + 56;
  endless.writeBigUInt64LE(BigInt(one.length), section + 8);
  endless.writeBigUInt64LE(2n ** 60n, section + 32);
  // Where the texts are is said first, as in any.
  one.copy(endless, one.length, 512, 528);

  const { elf, read } = await readCounted(endless);

  assert.equal((elf as { needed: unknown[] }).needed.length, 1_000);
  assert.ok(read < MAX_READ_BYTES);
});

test('damaged caches give entries with a name and a path from the top, or none', () => {
  const seed = madeCache([
    { name: 'liba.so', path: '/lib/liba.so', level: 'x86-64-v3' },
    { name: 'libb.so', path: '/lib/libb.so' },
  ]);
  const old = Buffer.concat([
    Buffer.from('ld.so-1.7.0\0'),
    Buffer.from([1, 0, 0, 0, 3, 0, 0, 0]),
    Buffer.alloc(8),
    seed,
  ]);
  fc.assert(
    fc.property(mutated(seed, old), (bytes) => {
      for (const [name, entries] of parseLoaderCache(bytes)) {
        assert.notEqual(name, '');
        for (const { path } of entries) assert.ok(path.startsWith('/'));
      }
    }),
    { numRuns: 3_000 },
  );
});

test('the old format is read alone, and passed over for the new one behind it', () => {
  const texts = Buffer.from('liba.so\0/old/liba.so\0');
  const entry = (key: number, value: number) => {
    const bytes = Buffer.alloc(16);
    bytes.writeUInt32LE(1, 0);
    bytes.writeUInt32LE(3, 4);
    bytes.writeUInt32LE(key, 8);
    bytes.writeUInt32LE(value, 12);
    return bytes;
  };
  const old = Buffer.concat([Buffer.from('ld.so-1.7.0\0'), entry(0, 8)]);
  const padding = Buffer.alloc(Math.ceil(old.length / 8) * 8 - old.length);
  const newer = madeCache([{ name: 'liba.so', path: '/new/liba.so' }]);

  assert.equal(parseLoaderCache(Buffer.concat([old, texts])).get('liba.so')?.[0]?.path, '/old/liba.so');
  assert.equal(parseLoaderCache(Buffer.concat([old, padding, newer])).get('liba.so')?.[0]?.path, '/new/liba.so');
});

test('tables of mappings give libraries only, whatever else stands in them', () => {
  const line = (name: string) => `7f1c-7f1d r-xp 00000000 fd:01 1234    ${name}\n`;
  const maps = [
    ...[
      '/usr/lib/libz.so.1.2.13',
      '/usr/lib/libz.so.1.2.13',
      '/usr/lib/libssl.so.3 (deleted)',
      '/memfd:jit.so (deleted)',
    ],
    ...[
      '/SYSV00000000 (deleted)',
      '/dev/shm/x.so (deleted)',
      '[vdso]',
      '/usr/share/zoneinfo/UTC',
      '/tmp/jna1.so (deleted)',
    ],
  ].map(line);

  const found = mappedLibraries(maps.join(''));

  assert.deepEqual(
    found.map(({ path, isDeleted, isPassing }) => [path, isDeleted, isPassing]),
    [
      ['/usr/lib/libz.so.1.2.13', false, false],
      ['/usr/lib/libssl.so.3', true, false],
      ['/tmp/jna1.so', true, true],
    ],
  );
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), (text) => {
      assert.deepEqual(mappedLibraries(text), []);
    }),
  );
});
