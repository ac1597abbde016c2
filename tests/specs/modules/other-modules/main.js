import fs from "fs";
function main() { return fs; }
