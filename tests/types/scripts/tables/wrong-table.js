// errors: 3
async function main() {
    return db.findOne("passwords");
}
