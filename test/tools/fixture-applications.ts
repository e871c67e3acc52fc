/** Lines as applications and databases write them, for the stories in fixtures/. */
import { chance, poisson } from '../detectors/traffic.ts';
import { fileOf, type Line, merged, pick } from './fixture-lines.ts';
import { DAY, type Files } from './fixture-stories.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Hour and a half of a Java shop with 1% errors; then for six minutes it reaches its database no more. */
export function stackTraces(): Files {
  const [from, to] = [DAY + 10 * HOUR, DAY + 10 * HOUR + 6 * MINUTE];
  const random = chance(21);
  const lines: Line[] = [];
  for (let time = from - 90 * MINUTE; time < to + 20 * MINUTE; time += 1_000) {
    const isDown = time >= from && time < to;
    for (let left = poisson(2, random); left > 0; left -= 1) {
      const at = time + Math.floor(random() * 1_000);
      const order = Math.floor(random() * 9_000) + 1_000;
      if (random() < (isDown ? 0.35 : 0)) lines.push(orderFailed(at, order));
      else lines.push(random() < 0.01 ? declined(at, order) : usual(at, order, random));
    }
  }
  return { 'shop.log.gz': fileOf(merged(lines)) };
}

function spring(time: number, level: string, logger: string, message: string): Line {
  const stamp = new Date(time).toISOString();
  const shown = `${level.padStart(5)} 1 --- [shop] [nio-8080-exec-3] ${logger.padEnd(40)} : ${message}`;
  return { time, text: `${stamp} ${shown}` };
}

function usual(time: number, order: number, random: () => number): Line {
  const message = pick(
    [`Order ${order} paid`, `Order ${order} packed`, "Searched for 'Caused by: ERROR FATAL'", 'Stock read'],
    random,
  );
  return spring(time, random() < 0.05 ? 'WARN' : 'INFO', 'com.example.shop.OrderService', message);
}

function declined(time: number, order: number): Line {
  return spring(time, 'ERROR', 'com.example.shop.PaymentService', `Card of order ${order} declined`);
}

function orderFailed(time: number, order: number): Line {
  const { text } = spring(time, 'ERROR', 'com.example.shop.OrderController', `Order ${order} failed`);
  const frames = (of: string, count: number) =>
    Array.from({ length: count }, (_, i) => `\tat ${of}.step${i}(${of.split('.').at(-1)}.java:${40 + i})`);
  const trace = [
    'org.springframework.dao.DataAccessResourceFailureException: Unable to acquire JDBC Connection',
    ...frames('org.springframework.orm.jpa.JpaTransactionManager', 9),
    ...frames('com.example.shop.OrderController', 4),
    'Caused by: java.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available, request timed out after 5000ms.',
    ...frames('com.zaxxer.hikari.pool.HikariPool', 3),
    '\t... 42 common frames omitted',
    'Caused by: org.postgresql.util.PSQLException: Connection to 10.0.0.5:5432 refused.',
    ...frames('org.postgresql.core.v3.ConnectionFactoryImpl', 5),
    '\t... 47 common frames omitted',
  ];
  return { time, text: [text, ...trace].join('\n') };
}

/** Two hours in which nothing is wrong: what databases and applications write all the same. */
export function quietServers(): Files {
  const from = DAY + 8 * HOUR;
  const random = chance(22);
  const [shop, postgres]: [Line[], Line[]] = [[], []];
  for (let time = from; time < from + 2 * HOUR; time += 1_000) {
    for (let left = poisson(0.5, random); left > 0; left -= 1) shop.push(python(time, random));
    for (let left = poisson(0.2, random); left > 0; left -= 1) postgres.push(database(time, random));
  }
  return { 'postgresql.log.gz': fileOf(postgres), 'redis.log': fileOf(redis(from)), 'shop.log.gz': fileOf(shop) };
}

function python(time: number, random: () => number): Line {
  const stamp = new Date(time).toISOString().slice(0, 23).replace('T', ' ').replace('.', ',');
  const drawn = random();
  if (drawn < 0.02) {
    const trace = ['Traceback (most recent call last):', '  File "/srv/shop/mail.py", line 9, in send', 'TimeoutError'];
    return { time, text: [`${stamp} ERROR shop.mail: mail not sent`, ...trace].join('\n') };
  }
  if (drawn < 0.3) return { time, text: `${stamp} WARNING shop.cart: stock is low` };
  return { time, text: `${stamp} INFO shop.cart: added 3` };
}

/** Somebody tries passwords all the time, and the application's statements are not all well. */
function database(time: number, random: () => number): Line {
  const prefix = `${new Date(time).toISOString().slice(0, 23).replace('T', ' ')} UTC [${Math.floor(random() * 9_000) + 100}]`;
  const drawn = random();
  if (drawn < 0.1) return { time, text: `${prefix} LOG:  checkpoint starting: time` };
  if (drawn < 0.4) {
    const asked = `${prefix} shop@shop STATEMENT:  INSERT INTO orders VALUES (1)`;
    return {
      time,
      text: [`${prefix} shop@shop ERROR:  duplicate key value violates unique constraint "orders_pkey"`, asked].join(
        '\n',
      ),
    };
  }
  const user = pick(['postgres', 'PANIC:  out of memory', 'admin'], random);
  return { time, text: `${prefix} [unknown]@[unknown] FATAL:  password authentication failed for user "${user}"` };
}

function redis(time: number): Line[] {
  const at = (ms: number) => {
    const stamp = new Date(time + ms).toISOString();
    return `1:M ${stamp.slice(8, 10)} Nov 2026 ${stamp.slice(11, 23)}`;
  };
  return [
    `${at(0).replace(':M', ':C')} # WARNING Memory overcommit must be enabled! Without it, a background save or replication may fail.`,
    `${at(1)} # Warning: no config file specified, using the default config.`,
    `${at(2)} # WARNING: The TCP backlog setting of 511 cannot be enforced.`,
    `${at(3)} * Ready to accept connections tcp`,
    `${at(4)} # User requested shutdown...`,
  ].map((text, ms) => ({ time: time + ms, text }));
}
