// What the times of a token say at one moment: the same as times.py, and a countdown.

export const TIMES = ["exp", "nbf", "iat"];
const DAY = 24 * 3600;
const UNITS = [
  ["year", 365 * DAY],
  ["day", DAY],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

export function duration(seconds) {
  let rest = Math.abs(Math.round(seconds));
  const parts = UNITS.map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return [count, count === 1 ? unit : `${unit}s`];
  });
  const first = parts.findIndex(([count]) => count > 0);
  const shown = first < 0 ? parts.slice(-1) : parts.slice(first, first + 2);
  const text = shown.map(([count, unit]) => `${count} ${unit}`).join(" ");
  return seconds < 0 ? `${text} ago` : `in ${text}`;
}

/** The sentence for the third verdict, and whether it is good. */
export function timeVerdict(payload, now) {
  for (const name of TIMES) {
    if (name in payload && typeof payload[name] !== "number") return [false, `${name} is not a number.`];
  }
  const { exp, nbf, iat } = payload;
  if (exp <= now) return [false, `It expired ${duration(exp - now)} (exp).`];
  if (nbf > now) return [false, `It is not valid yet, but ${duration(nbf - now)} (nbf).`];
  if (iat > now) return [false, `It was issued in the future, ${duration(iat - now)} (iat).`];
  return [
    true,
    exp === undefined ? "It never expires: it has no exp." : `It expires ${duration(exp - now)} (exp).`,
  ];
}

export function warnings(payload) {
  const found = [];
  if (!("exp" in payload)) found.push("There is no exp: this token never ends.");
  for (const name of TIMES) {
    if (!(name in payload)) continue;
    if (typeof payload[name] !== "number") found.push(`${name} is not a number.`);
    else if (payload[name] > 1e11) found.push(`${name} looks like milliseconds. It must be seconds.`);
  }
  if ("sub" in payload && typeof payload.sub !== "string")
    found.push("sub is not a text. PyJWT refuses this token.");
  const start = payload.iat ?? payload.nbf;
  if (payload.exp < 1e11 && payload.exp - start > 30 * DAY) found.push("It is valid for more than 30 days.");
  return found;
}
