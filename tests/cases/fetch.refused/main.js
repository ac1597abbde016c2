// fetch refuses the same requests as http, with the same codes.
async function main() {
    const found = [];
    for (const url of ['https://api.example.com/', 'http://127.0.0.1/', 'http://169.254.169.254/', 'http://[::1]/', 'http://2130706433/', 'ftp://api.example.com/']) {
        for (const send of [fetch, http.get]) {
            try {
                await send(url);
                found.push('sent');
            } catch (error) {
                found.push(`${error.name} ${error.code}`);
            }
        }
    }
    try {
        await fetch('https://api.example.com/', { headers: { Host: 'inside' } });
    } catch (error) {
        found.push(`${error.name} ${error.code}`);
    }
    return found;
}
