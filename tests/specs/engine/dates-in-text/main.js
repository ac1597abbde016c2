// Dates as written by databases, other languages and people, read in the tenant's zone.
const TEXTS = [
  '2024-05-06T07:08:09.123456Z', '2024-05-06T07:08:09.1Z', '2024-05-06T07:08:09.1234567+05:00', '2024-05-06T07:08:09.000+0500',
  '2024-05-06 07:08:09', '2024-05-06 07:08:09.123+00:00', '2024-05-06 07:08:09+00', '2024-05-06T07:08:09+00', '2024-05-06T07:08', '2024-05-06', '2024-05', '2024',
  '2024/05/06', '5/6/2024', '05/06/24', '5/6/2024, 7:08:09 AM', '5/6/2024, 7:08:09\u202fPM', '12/31/1999 12:00 AM',
  'May 6, 2024', '6 May 2024 07:08', '06-May-2024', 'Monday, May 6, 2024 at 7:08 PM', 'Mon, 06 May 2024 07:08:09 GMT', 'Mon May 06 2024 07:08:09 GMT+0500 (Uzbekistan Standard Time)',
  'May 6 2024 07:08 EST', 'May 6 2024 07:08 PDT', 'May 6', '20240506', '6.5.2024', '2024-13-01', '2024-02-30', '2024-05-06T25:00', '2024-05-06T24:00', '2024-05-06T7:08',
  '+012024-05-06', '-000001-01-01T00:00:00Z', '-000000-01-01', '', 'tomorrow', '2024-05-06T07:08:09.Z', '2024-05-06T07:08:09 Z', '(noise) May 6 2024', '1 January 2024 (a (b) c)', 'May 6 2024 foo',
];

function main() {
  const read = text => { const date = new Date(text); return isNaN(date) ? 'Invalid Date' : date.toISOString(); };
  const same = TEXTS.every(text => Object.is(Date.parse(text), new Date(text).getTime()));
  const ownForms = [0, 1e12, 1714960089000, -62198755200000].map(at => {
    const date = new Date(at);
    return ['toString', 'toUTCString', 'toISOString', 'toJSON'].every(way => new Date(date[way]()).getTime() === at);
  });
  return { same, ownForms, read: TEXTS.map(text => [text, read(text)]) };
}
