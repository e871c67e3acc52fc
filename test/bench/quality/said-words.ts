/** Words in what drawn applications log. */

export const THINGS =
  'order payment invoice cart session user account token upload report job task message event subscription'.split(' ');
export const STORES = 'postgres redis mysql rabbitmq kafka s3 elasticsearch memcached mongo ldap smtp vault'.split(' ');
export const VERBS =
  'load save fetch parse update delete send render validate encrypt resize publish index archive merge'.split(' ');
export const REASONS = [
  'connection refused',
  'timeout',
  'permission denied',
  'no such file or directory',
  'broken pipe',
  'bad checksum',
]
  .concat([
    'certificate has expired',
    'out of range',
    'unexpected end of input',
    'deadlock found',
    'quota exceeded',
    'already closed',
  ])
  .concat(['no route to host', 'invalid signature', 'too many open files', 'lock wait exceeded', 'unknown encoding']);
export const ERRORS = [
  'TypeError',
  'ValueError',
  'KeyError',
  'java.io.IOException',
  'java.lang.IllegalStateException',
  'RuntimeException',
].concat([
  'psycopg2.OperationalError',
  'SocketError',
  'ActiveRecord::RecordNotFound',
  'OSError',
  'panic',
  'AssertionError',
]);
export const PARTS =
  'worker scheduler gateway billing mailer search importer exporter auth notifier cache sync janitor'.split(' ');
export const GOODS = [
  'Blue Chair',
  'Oak Table',
  'Desk Lamp',
  'Paper Clip Box',
  'Red Mug',
  'Wall Clock',
  'Garden Hose',
  'Small Plant Pot',
];
