async function start() {}
const finish = () => 1;
