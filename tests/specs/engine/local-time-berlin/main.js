// Local times around changes of the zone's offset, by every way from a local time to an instant.
const two = number => String(number).padStart(2, '0');

function waysTo([year, month, day, hour, minute]) {
  const text = `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}`;
  const made = new Date(year, month - 1, day, hour, minute);
  const byHours = new Date(year, month - 1, day, 12);
  byHours.setHours(hour, minute);
  const byMinutes = new Date(year, month - 1, day, 12);
  byMinutes.setMinutes(minute + (hour - 12) * 60);
  const byDay = new Date(year, month - 1, 15, hour, minute);
  byDay.setDate(day);
  const byYear = new Date(2001, 6, 1, hour, minute);
  byYear.setFullYear(year, month - 1, day);
  const ways = [made, new Date(text), new Date(Date.parse(text + ':00.000')), byHours, byMinutes, byDay, byYear];
  const shown = [...new Set(ways.map(date => date.toISOString()))];
  return [text, ...shown, made.toString().slice(0, 33), made.toTimeString().slice(0, 17), made.getTimezoneOffset()];
}

function main(times) {
  return times.map(waysTo);
}
