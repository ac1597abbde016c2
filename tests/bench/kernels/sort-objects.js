// n: 10000
function main(n) {
    const people = [];
    for (let i = 0; i < n; i++) people.push({ name: 'name' + ((i * 7919) % 10007), age: i % 70 });
    people.sort((a, b) => a.age - b.age || (a.name < b.name ? -1 : 1));
    return people.map(person => person.name).sort()[0] + people[0].name;
}
