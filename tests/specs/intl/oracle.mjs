// Writes the results of Node.js to the expected values of a case: node oracle.mjs table
// Lines of its differences.json, each with a reason, replace them.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const folder = new URL(`${process.argv[2]}/`, import.meta.url);
// The tenant's language and zone are the process's: TZ=Asia/Tashkent LC_ALL=ru_RU.UTF-8.
const main = new Function(`${readFileSync(new URL('main.js', folder), 'utf8')}\nreturn main;`)();
const result = JSON.parse(JSON.stringify(await main()));
const differences = new URL('differences.json', folder);
if (existsSync(differences)) {
    for (const { reason, values } of JSON.parse(readFileSync(differences, 'utf8'))) {
        for (const [language, calls] of Object.entries(values)) {
            for (const [call, value] of Object.entries(calls)) {
                if (result[language]?.[call] === undefined) throw new Error(`there is no ${language} ${call} (${reason})`);
                if (result[language][call] === value) console.error(`no longer different: ${language} ${call}`);
                result[language][call] = value;
            }
        }
    }
}
writeFileSync(new URL('expected.json', folder), `${JSON.stringify({ result }, null, 2)}\n`);
