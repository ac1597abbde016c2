// functions: main
async function main(input) {
    const answer = await fetch(input.url);
    consle.log(answer);
    await Storage.set("a", totl);
    const lodash = require("lodash");
    return [process.env.HOME, window, utlis, undeclared];
}
// found:
// 4:5-4:11 warning UNKNOWN_GLOBAL: there is no `consle` here; did you mean `console`?
// 5:11-5:18 warning UNKNOWN_GLOBAL: there is no `Storage` here; did you mean `storage`?
// 5:28-5:32 warning UNKNOWN_GLOBAL: `totl` is declared nowhere, neither in this script nor in what it can use
// 6:20-6:27 warning UNKNOWN_GLOBAL: there is no `require` here: write `import { name } from 'lib:…'`, which loads a library of the tenant; there are no packages of npm
// 7:13-7:20 warning UNKNOWN_GLOBAL: there is no `process` here: nothing of the server is shown to scripts; what they may know is in `context`
// 7:31-7:37 warning UNKNOWN_GLOBAL: there is no `window` here: scripts run on the server, where there is no page
// 7:39-7:44 warning UNKNOWN_GLOBAL: there is no `utlis` here; did you mean `utils`?
// 7:46-7:56 warning UNKNOWN_GLOBAL: `undeclared` is declared nowhere, neither in this script nor in what it can use
