async function main() {
    try {
        await http.get('https://inside.example/');
    } catch (error) {
        console.log(error.code, error.message);
    }
    await http.post('https://slow.example/', {});
}
