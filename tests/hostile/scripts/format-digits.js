// ends: success
// formats numbers of very many digits
function main() {
    for (const value of ['9'.repeat(2 ** 20), '1e999999999', '0.' + '0'.repeat(2 ** 20), 10n ** 5000n]) {
        try {
            utils.format.number(value, { decimals: 100 });
        } catch (error) {
            if (!(error instanceof TypeError)) throw error;
        }
    }
}
