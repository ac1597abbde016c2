import { tenant } from "lib:who";

async function main() {
    return await tenant();
}
