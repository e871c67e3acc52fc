/** A name server on UDP and TCP that answers what the test says. Packets as in RFC 1035. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

const TYPE_NUMBERS = { A: 1, NS: 2, CNAME: 5, MX: 15, TXT: 16, AAAA: 28 } as const;
type StubType = keyof typeof TYPE_NUMBERS;
/** RFC 1035, 4.1.1. */
export const RCODE = { ok: 0, formErr: 1, servFail: 2, nxDomain: 3, refused: 5 } as const;

export interface StubAnswer {
  readonly rcode?: number;
  /** As text: '192.0.2.1', '10 mail.example.com', a name, a TXT of any length. */
  readonly records?: readonly string[];
  /** What they are where that is not what was asked for. */
  readonly type?: StubType;
  /** Over UDP: too long, ask by TCP. */
  readonly isTruncated?: boolean;
  /** Sent as it is, instead of an answer. */
  readonly raw?: Buffer;
}

/** Undefined: no answer at all. */
export type Answering = (name: string, type: StubType | undefined, by: 'udp' | 'tcp') => StubAnswer | undefined;

export interface DnsStub extends AsyncDisposable {
  /** '127.0.0.1:PORT'. */
  readonly address: string;
  /** Questions that came. */
  readonly asked: readonly string[];
}

/** Between asking TCP for a port and UDP for the same one another program may take it. */
const TRIES = 5;

export async function startDnsStub(answering: Answering): Promise<DnsStub> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const answerTo = (query: Buffer, by: 'udp' | 'tcp') => {
    const { name, type, question } = readQuestion(query);
    asked.push(`${by} ${type} ${name}`);
    const answer = answering(name, type, by);
    return answer && (answer.raw ?? writeAnswer(query, question, type, answer));
  };
  const tcp = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('data', (piece) => {
      const answer = answerTo(piece.subarray(2), 'tcp');
      if (answer) socket.write(Buffer.concat([uint16(answer.length), answer]));
    });
  });
  const udp = createSocket('udp4', (query, { port, address }) => {
    const answer = answerTo(query, 'udp');
    if (answer) udp.send(answer, port, address);
  });
  const port = await bindBoth(tcp, udp);
  return {
    address: `127.0.0.1:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      const closed = Promise.all([once(tcp, 'close'), once(udp, 'close')]);
      tcp.close();
      udp.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function bindBoth(tcp: ReturnType<typeof createServer>, udp: ReturnType<typeof createSocket>): Promise<number> {
  for (let left = TRIES; ; left -= 1) {
    tcp.listen(0, '127.0.0.1');
    await once(tcp, 'listening');
    const { port } = tcp.address() as AddressInfo;
    try {
      udp.bind(port, '127.0.0.1');
      await once(udp, 'listening');
      return port;
    } catch (error) {
      if (left === 1) throw error;
      tcp.close();
      await once(tcp, 'close');
    }
  }
}

function readQuestion(query: Buffer) {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  const number = query.readUInt16BE(at + 1);
  const type = (Object.keys(TYPE_NUMBERS) as StubType[]).find((one) => TYPE_NUMBERS[one] === number);
  return { name: labels.join('.'), type, question: query.subarray(12, at + 5) };
}

function writeAnswer(query: Buffer, question: Buffer, asked: StubType | undefined, answer: StubAnswer): Buffer {
  const { rcode = RCODE.ok, records = [], type = asked ?? 'A', isTruncated = false } = answer;
  // A response, with recursion wanted and there.
  const flags = 0x8180 | (isTruncated ? 0x0200 : 0) | rcode;
  const counts = [1, isTruncated ? 0 : records.length, 0, 0].map(uint16);
  const written = isTruncated ? [] : records.map((record) => writeRecord(type, record));
  return Buffer.concat([query.subarray(0, 2), uint16(flags), ...counts, question, ...written]);
}

function writeRecord(type: StubType, record: string): Buffer {
  const data = dataOf(type, record);
  const ttl = Buffer.from([0, 0, 1, 0x2c]);
  // 0xc00c: the name of the question.
  return Buffer.concat([uint16(0xc00c), uint16(TYPE_NUMBERS[type]), uint16(1), ttl, uint16(data.length), data]);
}

function dataOf(type: StubType, record: string): Buffer {
  switch (type) {
    case 'A':
      return Buffer.from(record.split('.').map(Number));
    case 'AAAA':
      return Buffer.from(fullIpv6(record).replaceAll(':', ''), 'hex');
    case 'MX': {
      const [priority, exchange = ''] = record.split(' ');
      return Buffer.concat([uint16(Number(priority)), nameOf(exchange)]);
    }
    case 'TXT':
      return Buffer.concat((record.match(/.{1,255}/gs) ?? ['']).map(withLength));
    default:
      return nameOf(record);
  }
}

function nameOf(name: string): Buffer {
  const labels = name.split('.').filter((label) => label !== '');
  return Buffer.concat([...labels.map(withLength), Buffer.from([0])]);
}

function fullIpv6(address: string): string {
  const [head = '', tail] = address.split('::');
  const [before, after] = [head, tail ?? ''].map((part) => part.split(':').filter((group) => group !== ''));
  const groups = [
    ...(before ?? []),
    ...Array(8 - (before?.length ?? 0) - (after?.length ?? 0)).fill('0'),
    ...(after ?? []),
  ];
  return groups.map((group) => String(group).padStart(4, '0')).join(':');
}

function withLength(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}
