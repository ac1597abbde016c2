// functions: main
async function main(input) {
    const answer = await fetch(input.url);
    consle.log(answer);
    await Storage.set("a", totl);
    const lodash = require("lodash");
    return [process.env.HOME, window, utlis, undeclared];
}
// found:
// 4:5-4:11 warning UNKNOWN_GLOBAL: `consle` is not defined; did you mean `console`?
// 5:11-5:18 warning UNKNOWN_GLOBAL: `Storage` is not defined; did you mean `storage`?
// 5:28-5:32 warning UNKNOWN_GLOBAL: `totl` is not defined: neither the script nor the API declares it
// 6:20-6:27 warning UNKNOWN_GLOBAL: `require` is not available: write `import { name } from 'lib:…'`, which loads a library of the tenant; npm packages are not available
// 7:13-7:20 warning UNKNOWN_GLOBAL: `process` is not available: scripts have no access to the server's process; the data of the run is in `context`
// 7:31-7:37 warning UNKNOWN_GLOBAL: `window` is not available: scripts run on the server, which has no page
// 7:39-7:44 warning UNKNOWN_GLOBAL: `utlis` is not defined; did you mean `utils`?
// 7:46-7:56 warning UNKNOWN_GLOBAL: `undeclared` is not defined: neither the script nor the API declares it
