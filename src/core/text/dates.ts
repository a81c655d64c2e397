/** Points in time as people say them. */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago: `less than a day`, `12 days`, `5 months`. */
export function age(date: Date, now: Date): string {
  const days = Math.floor((now.getTime() - date.getTime()) / DAY);
  if (days < 1) return 'less than a day';
  return days < 60 ? counted(days, 'day') : counted(Math.floor(days / 30), 'month');
}

/** `3 hours ago`, `12 days ago`, `5 months ago`. */
export function ago(date: Date, now: Date): string {
  const passed = now.getTime() - date.getTime();
  if (passed < MINUTE) return 'just now';
  if (passed < HOUR) return `${counted(Math.floor(passed / MINUTE), 'minute')} ago`;
  if (passed < DAY) return `${counted(Math.floor(passed / HOUR), 'hour')} ago`;
  return `${age(date, now)} ago`;
}

function counted(amount: number, unit: string): string {
  return `${String(amount)} ${unit}${amount === 1 ? '' : 's'}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `3 Nov 2026` of an ISO date. */
export function day(iso: string): string {
  const [, year = '', month = '', date = ''] = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso) ?? [];
  return `${String(Number(date))} ${MONTHS[Number(month) - 1] ?? ''} ${year}`;
}
