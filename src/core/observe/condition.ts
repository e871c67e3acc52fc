/** Does a field's value fulfil a condition of a series? */
import type { FieldValue } from '../types.ts';
import type { Condition } from './observation.ts';

/** An absent field fulfils only `not`. */
export function fulfils(condition: Condition, value: FieldValue | undefined): boolean {
  switch (condition.is) {
    case 'present':
      return value !== undefined;
    case 'range':
      return value !== undefined && Number(value) >= condition.from && Number(value) <= condition.to;
    case 'in':
      return value !== undefined && condition.values.includes(String(value));
    case 'not':
      return value === undefined || !condition.values.includes(String(value));
  }
}
