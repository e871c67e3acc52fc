/** Lines of standard input, as `docker logs -f web 2>&1 | linesman tail -` gives them. */
import { TAIL_LINE_CHARS_MAX } from './tail-follow.ts';

export interface InputParts {
  readonly input: NodeJS.ReadStream;
  readonly onLine: (line: string) => void;
  readonly onNotice: (text: string) => void;
  readonly onEnd: () => void;
}

export function readInput({ input, onLine, onNotice, onEnd }: InputParts): void {
  let rest = '';
  let isOver = false;

  function take(line: string): void {
    if (isOver) onNotice(`a line of over ${TAIL_LINE_CHARS_MAX} letters is left out`);
    else onLine(line);
    isOver = false;
  }

  input.setEncoding('utf8');
  input.on('data', (text: string) => {
    const [first = '', ...others] = text.split('\n');
    rest += first;
    for (const next of others) {
      take(rest);
      rest = next;
    }
    if (rest.length > TAIL_LINE_CHARS_MAX) {
      rest = '';
      isOver = true;
    }
  });
  input.on('end', () => {
    if (rest !== '' || isOver) take(rest);
    onEnd();
  });
}
