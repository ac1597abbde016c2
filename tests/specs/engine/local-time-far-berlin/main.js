// Years after the end of the time zone tables: the zone's last rule continues, by the weekdays of each year.
const years = [2098, 2099, 2100, 2101, 2104, 2117, 2200, 2399, 2400, 2500, 9999, 12345, 100000, 275000];
const DAY = 86_400_000;

/** The days of a year on which the offset at noon is another than the day before. */
function changesOf(year) {
  const changes = [];
  let before = new Date(Date.UTC(year - 1, 11, 31, 12)).getTimezoneOffset();
  for (let noon = Date.UTC(year, 0, 1, 12); noon < Date.UTC(year + 1, 0, 1); noon += DAY) {
    const offset = new Date(noon).getTimezoneOffset();
    if (offset !== before) changes.push(`${new Date(noon).getUTCMonth() + 1}/${new Date(noon).getUTCDate()} ${offset}`);
    before = offset;
  }
  return changes.join();
}

function main() {
  const months = new Date(2024, 6, 15, 8, 30);
  months.setMonth(2020);
  const text = new Date(2150, 6, 15, 8, 30);
  return [
    ...years.map(year => [year, changesOf(year), ...[0, 3, 6, 9].map(month => new Date(year, month, 7, 2, 30).toISOString().slice(-14, -5))].join(' ')),
    new Date(2020, 2020).toISOString(), months.toISOString(), months.toString().slice(0, 33), new Date(8.64e15).toString().slice(0, 35), new Date(-8.64e15).getTime(),
    new Date('2150-07-15T08:30').toISOString(), text.toLocaleTimeString('en-GB'), text.toLocaleDateString('en-GB', { timeZoneName: 'longOffset' }), new Date(12345, 0, 1).getTimezoneOffset(),
  ];
}
