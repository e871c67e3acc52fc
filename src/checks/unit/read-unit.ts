/** What systemd says of a unit, asked over its own protocol, so that no program is started for it. */
import { existsSync } from 'node:fs';
import type { MachinePlaces } from '../../core/plugin.ts';
import { askBus, type BusAnswer } from './ask-bus.ts';
import type { BusValue, Call, Reply } from './bus-message.ts';

const SYSTEMD = 'org.freedesktop.systemd1';
const UNIT_FACE = `${SYSTEMD}.Unit`;
/** org.freedesktop.systemd1(5), "Unit Objects". */
const OF_UNIT = ['LoadState', 'ActiveState', 'SubState', 'StateChangeTimestamp'];
/** The same page, "Service Unit Objects"; units of other types have some of them or none. */
const OF_TYPE = ['Result', 'NRestarts', 'ExecMainCode', 'ExecMainStatus', 'ExecMainPID'];
/** Letters of what a bus says in its refusal. */
const DETAIL_CHARS = 200;
/** Our own questions begin behind the greeting. */
const FIRST_SERIAL = 2;

export interface UnitState {
  readonly load: string;
  readonly active: string;
  readonly sub: string;
  /** When its state last changed, ms. */
  readonly changedAt: number;
  /** 'success', 'exit-code', 'oom-kill' … */
  readonly result: string | undefined;
  /** Undefined: systemd before 235, or no service. */
  readonly restarts: number | undefined;
  /** CLD_EXITED (1), CLD_KILLED (2), CLD_DUMPED (3); 0: it did not end yet. */
  readonly exitKind: number | undefined;
  /** Exit code, or number of the signal. */
  readonly exitStatus: number | undefined;
  /** Its main process, now or when it last ran; 0: none yet. */
  readonly pid: number | undefined;
}

export type UnitAnswer =
  | { readonly trouble?: undefined; readonly state: UnitState }
  | { readonly trouble: 'no-systemd' | 'not-permitted' | 'no-answer' | 'not-found'; readonly detail: string };

/** Never rejects. The bus first; systemd's own socket, which is for root, where there is no bus. */
export async function readUnit(places: MachinePlaces, unit: string, signal: AbortSignal): Promise<UnitAnswer> {
  const bus = `${places.root}/run/dbus/system_bus_socket`;
  const own = `${places.root}/run/systemd/private`;
  const first = await askBus({ path: bus, isBus: true, calls: callsFor(unit, SYSTEMD), signal });
  if (first.trouble !== 'ENOENT' && first.trouble !== 'ECONNREFUSED') return answerOf(first, bus);
  const second = await askBus({ path: own, isBus: false, calls: callsFor(unit, undefined), signal });
  if (second.trouble !== 'ENOENT' && second.trouble !== 'ECONNREFUSED') return answerOf(second, own);
  if (!existsSync(`${places.root}/run/systemd/system`))
    return places.isContainerOnly && places.root === ''
      ? { trouble: 'not-permitted', detail: `${bus} is not there, since linesman runs in a container` }
      : { trouble: 'no-systemd', detail: `there is neither ${bus} nor ${own}` };
  return { trouble: 'no-answer', detail: `nobody listens on ${bus} (${first.trouble})` };
}

function callsFor(unit: string, destination: string | undefined): readonly Call[] {
  const path = `/org/freedesktop/systemd1/unit/${escapeLabel(unit)}`;
  const type = unit.slice(unit.lastIndexOf('.') + 1);
  const typeFace = `${SYSTEMD}.${type.charAt(0).toUpperCase()}${type.slice(1)}`;
  const wanted = [...OF_UNIT.map((name) => [UNIT_FACE, name]), ...OF_TYPE.map((name) => [typeFace, name])];
  return wanted.map((args, index) => ({
    serial: FIRST_SERIAL + index,
    path,
    interface: 'org.freedesktop.DBus.Properties',
    member: 'Get',
    destination,
    args: args as readonly string[],
  }));
}

/** As sd_bus_path_encode(3): what is no letter or digit, and a digit that comes first, in hexadecimal. Asking this path loads the unit. */
export function escapeLabel(unit: string): string {
  return unit.replace(/^[0-9]|[^A-Za-z0-9]/g, (letter) => `_${letter.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function answerOf(answer: BusAnswer, path: string): UnitAnswer {
  if (answer.trouble !== undefined) return troubleOf(answer.trouble, path);
  const values = [...OF_UNIT, ...OF_TYPE].map((_, index) => valueIn(answer.replies.get(FIRST_SERIAL + index)));
  const refusal = answer.replies.get(FIRST_SERIAL + OF_UNIT.indexOf('ActiveState'));
  if (refusal?.error !== undefined) return refusalOf(refusal);
  const [load, active, sub, changed, result, restarts, exitKind, exitStatus, pid] = values;
  return {
    state: {
      ...{ load: String(load), active: String(active), sub: String(sub), changedAt: Number(changed) / 1_000 },
      result: result === undefined ? undefined : String(result),
      ...{ restarts: numberOf(restarts), exitKind: numberOf(exitKind), exitStatus: numberOf(exitStatus) },
      pid: numberOf(pid),
    },
  };
}

function valueIn(reply: Reply | undefined): BusValue | undefined {
  return reply?.error === undefined ? reply?.value : undefined;
}

function numberOf(value: BusValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function troubleOf(trouble: string, path: string): UnitAnswer {
  const detail = `${path}: ${trouble}`;
  return { trouble: /^(EACCES|EPERM|REJECTED)$/.test(trouble) ? 'not-permitted' : 'no-answer', detail };
}

function refusalOf({ error, message }: { readonly error: string; readonly message: string }): UnitAnswer {
  const detail = (message === '' ? error : message).slice(0, DETAIL_CHARS);
  if (/\.(AccessDenied|InteractiveAuthorizationRequired)$/.test(error)) return { trouble: 'not-permitted', detail };
  if (/\.(NoSuchUnit|UnknownObject|InvalidArgs)$/.test(error)) return { trouble: 'not-found', detail };
  // Who is asked is not on the bus.
  if (/\.(ServiceUnknown|NameHasNoOwner|Spawn\.\w+)$/.test(error)) return { trouble: 'no-systemd', detail };
  return { trouble: 'no-answer', detail };
}
