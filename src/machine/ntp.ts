/** Asks a time server by how much the clock of this machine is wrong: one question of SNTP, RFC 4330. */
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';

const ANSWER_WITHIN_MS = 2_000;
const PACKET_BYTES = 48;
/** Version 4, a client. */
const QUESTION = 0x23;
const MODE_SERVER = 4;
const UNSYNCHRONISED = 3;
/** From 1900 to 1970. */
const EPOCH_SECONDS = 2_208_988_800;
/** Seconds whose highest bit is not set are of the time after 7 February 2036. */
const ERA_SECONDS = 2 ** 32;

export interface NtpServer {
  readonly host: string;
  readonly port: number;
}

export interface ClockOffset {
  /** By how much the server is ahead of us; half of `roundTrip` at most of it is the way's. */
  readonly seconds: number;
  readonly roundTripSeconds: number;
}

/** Rejects with a sentence where there is no answer, or one that says nothing. now: ms, as the clock on the wall. */
export async function askNtp({ host, port }: NtpServer, now: () => number = Date.now): Promise<ClockOffset> {
  const { address, family } = await addressOf(host);
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  try {
    return await exchange(socket, { address, port, now });
  } finally {
    socket.close();
  }
}

/** A resolver whose servers are away says so after half a minute. */
async function addressOf(host: string): Promise<LookupAddress> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`its name was not found within ${ANSWER_WITHIN_MS / 1_000} s`)),
    ANSWER_WITHIN_MS,
  );
  return await Promise.race([lookup(host), late]).finally(() => clearTimeout(timer));
}

/** 'pool.ntp.org', '10.0.0.1:123', '[::1]:123'; undefined where it is none of these. */
export function ntpServer(text: string): NtpServer | undefined {
  const [, bracketed, plain, port = '123'] =
    /^(?:\[([0-9a-f:.]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const host = bracketed ?? plain;
  return host === undefined || Number(port) < 1 || Number(port) > 65_535 ? undefined : { host, port: Number(port) };
}

async function exchange(
  socket: Socket,
  { address, port, now }: { readonly address: string; readonly port: number; readonly now: () => number },
): Promise<ClockOffset> {
  const question = Buffer.alloc(PACKET_BYTES);
  question[0] = QUESTION;
  // Not our time but a number that only who was asked can know: nobody else can answer.
  const nonce = randomBytes(8);
  nonce.copy(question, 40);
  const { promise, resolve, reject } = Promise.withResolvers<ClockOffset>();
  const timer = setTimeout(
    () => reject(new Error(`it did not answer within ${ANSWER_WITHIN_MS / 1_000} s`)),
    ANSWER_WITHIN_MS,
  );
  let sentAt = 0;
  let sentTicks = 0;
  socket.on('error', reject).on('message', (answer) => {
    const roundTripMs = performance.now() - sentTicks;
    if (answer.length < PACKET_BYTES || !answer.subarray(24, 32).equals(nonce)) return;
    const problem = problemOf(answer);
    if (problem !== undefined) return reject(new Error(problem));
    const server = (timeMs(answer, 32) + timeMs(answer, 40)) / 2;
    resolve({ seconds: (server - (sentAt + roundTripMs / 2)) / 1_000, roundTripSeconds: roundTripMs / 1_000 });
  });
  // Connected, the kernel drops what others send, and says where nobody listens.
  socket.connect(port, address, () => {
    sentAt = now();
    sentTicks = performance.now();
    socket.send(question);
  });
  return await promise.finally(() => clearTimeout(timer));
}

/** Why an answer says nothing of the time. */
function problemOf(answer: Buffer): string | undefined {
  const [head = 0, stratum = 0] = answer;
  if ((head & 7) !== MODE_SERVER) return 'what answers is no time server';
  if (stratum === 0) return `it refuses to answer (${answer.toString('latin1', 12, 16).replace(/[^A-Z]/g, '')})`;
  if (head >> 6 === UNSYNCHRONISED || stratum > 15) return 'its own clock is not set';
  return undefined;
}

function timeMs(packet: Buffer, offset: number): number {
  const seconds = packet.readUInt32BE(offset);
  const era = seconds < ERA_SECONDS / 2 ? ERA_SECONDS : 0;
  return (seconds + era - EPOCH_SECONDS + packet.readUInt32BE(offset + 4) / ERA_SECONDS) * 1_000;
}
