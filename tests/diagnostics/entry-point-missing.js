// functions: handleRequest
async function main() { return help(); }
const help = () => 1, limit = 5;
// found:
// 1:1-1:1 warning ENTRY_POINT_MISSING: the script declares no function `handleRequest`; it declares help, main
