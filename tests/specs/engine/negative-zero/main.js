// The sign of zero, as seen by 1 / x and Object.is.
function main() {
  const negative = (a, b) => Object.is(a / b, -0);
  return [negative(0, -1), negative(0, 1), negative(-0, 1), negative(0, -2.5), 1 / (0 / -7), 12 / -4, Object.is(0 * -1, -0), Object.is(-0 % 3, -0), Object.is(Math.round(-0.4), -0)]
    .map(String);
}
