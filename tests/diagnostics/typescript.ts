// functions: main
import type { Client } from "lib:types";
interface Row extends Client { id: number }
declare const injected: string;
async function main(input: { ids: number[] }): Promise<Row[]> {
    const rows = services.clients.list({ limit: 1 }) as unknown as Row[];
    const found = rows.filter((row: Row) => row.id > limit);
    let text: string = "";
    for (const row of found) text += row.id;
    storage.set("a" as string, injected)!;
    return found;
}
// found:
// 6:18-6:53 warning AWAIT_MISSING: `services.clients.list` gives a promise, not the value: write `await` before it
// 7:54-7:59 warning UNKNOWN_GLOBAL: `limit` is declared nowhere, neither in this script nor in what it can use
// 9:30-9:44 hint TEXT_GROWS_IN_LOOP: `text` is copied as a whole each time it grows: push the pieces to an array and join it after the loop
// 10:5-10:41 warning AWAIT_MISSING: nobody waits for `storage.set`, nor hears of its errors: write `await` before it
