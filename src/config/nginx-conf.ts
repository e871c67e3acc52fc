/** Which nginx.conf is read where nobody names one. */
import { existsSync } from 'node:fs';
import type { Config, ConfigParts } from './config.ts';

/** What an operator writes to have none read. */
export const NGINX_CONF_OFF = 'off';

/** Where packages and containers of Nginx have it. */
const USUAL_NGINX_CONF = '/etc/nginx/nginx.conf';

/** A replay must tell the same on every machine, so it reads only one that its linesman.yaml names. */
export function withUsualNginx(config: Config, { isOfThisMachine }: ConfigParts): Config {
  if (config.nginxConf !== undefined || !isOfThisMachine || !existsSync(USUAL_NGINX_CONF)) return config;
  return { ...config, nginxConf: USUAL_NGINX_CONF };
}
