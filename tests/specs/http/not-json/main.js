async function main() {
    for (let n = 0; n < 3; n++) {
        const answer = await http.get('https://a.example/x');
        try {
            answer.json();
        } catch (error) {
            console.log(error instanceof Error, error.code, error.message);
        }
    }
    (await http.get('https://a.example/x')).json();
}
