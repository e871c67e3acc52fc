/** Whether a user agent says that no person asks: crawlers, previews, monitors, feed readers, scanners. */

/**
 * Words by which robots name themselves, and the name of each that has no such word. Libraries (curl, Go, okhttp) are
 * none: people's own programs use them.
 */
const BOT =
  /(?<!\bcu)bots?(?:\b|_)|crawl|spider|slurp|scrap(?:y|er)|fetcher|feed(?:burner|fetcher|ly|parser)|preview|externalhit|meta-external|archiver|validator|monitor|healthcheck|health-check|googlehc|uptime|pingdom|statuscake|kube-probe|blackbox|prometheus|lighthouse|mediapartners|chatgpt-user|claude-user|anthropic-ai|whatsapp\/|skypeuripreview/;
/** Programs that look for holes. Each is a name of its own: no person's agent holds it. */
const SCANNER =
  /zgrab|masscan|nmap|nikto|sqlmap|nuclei|wpscan|dirbuster|gobuster|feroxbuster|ffuf|acunetix|nessus|openvas|censys|shodan|expanse|internet-measurement|internetmeasurement|l9explore|l9tcpid|leakix|odin\.io|netsystemsresearch|projectdiscovery|hello, world|mozi\.|\(\) *\{|\$\{jndi:/;

/** `words` are those of an agent, in small letters. */
export function isBotAgent(words: string): boolean {
  return BOT.test(words);
}

/** A program that looks for holes. */
export function isScannerAgent(words: string): boolean {
  return SCANNER.test(words);
}
