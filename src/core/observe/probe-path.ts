/** Whether a request looks for a hole rather than for a page. */

/** Letters of a path that are looked at. */
const PATH_CHARS = 400;

/** What no page links to, whatever is answered: secrets, other programs' holes, ways out of the folder, shells. */
const PROBE =
  /\/\.(?:env|git|svn|hg|aws|ssh|docker|vscode|idea|ds_store|htpasswd|htaccess|npmrc)\b|\/(?:etc\/passwd|proc\/self|boaform|hnap1|cgi-bin\/(?:luci|\.)|goform|gponform|setup\.cgi|_ignition|eval-stdin|phpunit|vendor\/phpunit|shell\?|solr\/admin|manager\/html|autodiscover\/|owa\/auth|remote\/fgt_lang|dana-na|sdk\b|telescope\/requests|geoserver\/web|evox\/about|nmaplowercheck)|(?:\.\.|%2e%2e|%252e)(?:\/|%2f|%5c|\\)|<script|%3cscript|union(?:\+|%20| )+(?:all(?:\+|%20| )+)?select|\$\{jndi:|%24%7bjndi|wp-config\.php|\.(?:bak|sql|swp|old)(?:$|\?)|phpinfo|\ballow_url_include\b/;
/** What some sites have: a probe only where it was not found or not let in. */
const DOOR =
  /\/(?:wp-login\.php|xmlrpc\.php|wp-admin|wp-includes|wp-content\/plugins|wordpress|phpmyadmin|pma|myadmin|adminer|admin|administrator|actuator|console|jenkins|cgi-bin|server-status|swagger|graphql|api\/v1\/pods|config\.json|\.well-known\/security\.txt)\b|\.(?:php\d?|asp|aspx|jsp|cgi)(?:$|[?/])/;
/** Not allowed, not found, gone, refused by the server's own rules (nginx's 444). */
const REFUSED = [400, 401, 403, 404, 405, 410, 444];

/** `status` is that of the answer, undefined where none is known. */
export function isProbePath(path: string, status: number | undefined): boolean {
  const letters = path.slice(0, PATH_CHARS).toLowerCase();
  return PROBE.test(letters) || (status !== undefined && REFUSED.includes(status) && DOOR.test(letters));
}
