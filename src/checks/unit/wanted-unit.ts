/** Which unit a check is about, from its options. */
import { UserError } from '../../core/errors.ts';
import type { Options } from '../../core/plugin.ts';

/** systemd.unit(5). */
const TYPES = 'service|socket|device|mount|automount|swap|target|path|timer|slice|scope';
const FULL = new RegExp(`^[A-Za-z0-9:_.\\\\@-]{1,240}\\.(${TYPES})$`);
const PLAIN = /^[A-Za-z0-9:_.\\@-]{1,240}$/;

/** With its ending: 'nginx' is nginx.service. `name` is that of the check, where no unit is given. */
export function readUnitName(options: Options, name: string): string {
  const given = String(options.unit ?? name).trim();
  const unit = FULL.test(given) ? given : `${given}.service`;
  if (PLAIN.test(given) && FULL.test(unit) && !/@\.\w+$/.test(unit)) return unit;
  throw new UserError(
    'CONFIG',
    `option "unit" is ${JSON.stringify(given)}; write the name of one unit, as systemctl shows it: nginx.service, worker@1.service, backup.timer`,
  );
}
