/* a */ --> goes on to the end of the line: (
let x = 3, seen = 0;
function main() {
  while (x --> 1) seen++; /*
  */ --> goes on, too: )
  return seen;
}
