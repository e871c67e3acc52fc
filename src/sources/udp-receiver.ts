/**
 * A thread that receives datagrams and hands them on as lines, many at a time. In the main thread a burst would be lost:
 * Node takes 32 datagrams a turn of its loop, however long the turn, and there a turn can parse a mebibyte of lines.
 */
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { toLine } from './syslog-frames.ts';

export interface ReceiverOptions {
  readonly host: string;
  readonly port: number;
  /** One number: bytes sent on to the main thread that it has not seen yet. The main thread subtracts them. */
  readonly onTheWay: Int32Array;
}

export type FromReceiver =
  | { readonly kind: 'listening' }
  /** It is tried again. */
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  | {
      readonly kind: 'lines';
      readonly bytes: Uint8Array;
      readonly lines: number;
      /** What was more than may be on the way. */
      readonly dropped: { readonly bytes: number; readonly lines: number };
    };

/** Asked of the kernel for a burst; it gives less where net.core.rmem_max is less. */
const RECEIVE_BYTES = 8 * 1024 * 1024;
/** Lines are sent on together, when they are so many bytes or the oldest has waited so long. */
const BATCH_BYTES = 64 * 1024;
const BATCH_MS = 10;
/** As much may be on the way to a main thread that is busy. */
const MAX_ON_THE_WAY = 4 * 1024 * 1024;
const RETRY_MS = 1_000;

const { host, port, onTheWay } = workerData as ReceiverOptions;
let batch: Uint8Array[] = [];
let batchBytes = 0;
let dropped = { bytes: 0, lines: 0 };
let timer: NodeJS.Timeout | undefined;
let retry: NodeJS.Timeout | undefined;
let socket: Socket | undefined;
let isEnding = false;

/** Any message of the main thread ends it, once what came is sent on. */
parentPort?.once('message', () => {
  isEnding = true;
  clearTimeout(retry);
  socket?.close();
  sendOn();
  parentPort?.close();
});

function listen(): void {
  socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4', recvBufferSize: RECEIVE_BYTES });
  socket.on('message', receive);
  socket.on('error', (error: NodeJS.ErrnoException) => {
    socket?.close();
    socket = undefined;
    post({ kind: 'failed', code: error.code ?? 'unknown error', message: error.message });
    if (!isEnding) retry = setTimeout(listen, RETRY_MS);
  });
  socket.bind(port, host, () => post({ kind: 'listening' }));
}

function receive(message: Uint8Array): void {
  const line = toLine(message);
  if (line.length === 0) return;
  timer ??= setTimeout(sendOn, BATCH_MS);
  if (batchBytes + line.length + Atomics.load(onTheWay, 0) > MAX_ON_THE_WAY) {
    dropped = { bytes: dropped.bytes + line.length, lines: dropped.lines + 1 };
    return;
  }
  batch.push(line);
  batchBytes += line.length;
  if (batchBytes >= BATCH_BYTES) sendOn();
}

function sendOn(): void {
  clearTimeout(timer);
  timer = undefined;
  const bytes = new Uint8Array(batchBytes);
  let at = 0;
  for (const line of batch) {
    bytes.set(line, at);
    at += line.length;
  }
  Atomics.add(onTheWay, 0, batchBytes);
  post({ kind: 'lines', bytes, lines: batch.length, dropped }, [bytes.buffer]);
  batch = [];
  batchBytes = 0;
  dropped = { bytes: 0, lines: 0 };
}

function post(message: FromReceiver, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

listen();
