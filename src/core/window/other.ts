/** The series that takes what finds no room: `http.requests{vhost=other}` for any other vhost. */

/** The same key for a series without labels. */
export function otherOf(series: string): string {
  const brace = series.indexOf('{');
  // Names and values in a key have no comma and no brace: those are escaped.
  return brace === -1 ? series : series.slice(0, brace) + series.slice(brace).replace(/=[^,}]*/g, '=other');
}
