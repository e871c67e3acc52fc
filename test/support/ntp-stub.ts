/** A time server for tests, whose clock is as wrong as they say. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

export interface NtpStub {
  readonly port: number;
  questions(): number;
  end(): Promise<void>;
}

const EPOCH_SECONDS = 2_208_988_800;

/** aheadMs: of this machine's clock; change: what else is wrong with its answers; undefined: it keeps silent. */
export async function startNtpStub(
  aheadMs: number,
  change: (answer: Buffer) => Buffer | undefined = (answer) => answer,
): Promise<NtpStub> {
  let questions = 0;
  const socket = createSocket('udp4').on('message', (question, { port, address }) => {
    questions += 1;
    const answer = change(answerTo(question, Date.now() + aheadMs));
    if (answer) socket.send(answer, port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    questions: () => questions,
    async end() {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}

/** RFC 4330, section 5: stratum 2, the question's transmit time as originate time, and our times of receiving and sending. */
function answerTo(question: Buffer, nowMs: number): Buffer {
  const answer = Buffer.alloc(48);
  answer[0] = 0x24;
  answer[1] = 2;
  question.copy(answer, 24, 40, 48);
  for (const at of [32, 40]) {
    answer.writeUInt32BE((Math.floor(nowMs / 1_000) + EPOCH_SECONDS) % 2 ** 32, at);
    answer.writeUInt32BE(Math.floor(((nowMs % 1_000) / 1_000) * 2 ** 32), at + 4);
  }
  return answer;
}
