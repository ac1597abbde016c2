const main = async () => 'from an arrow';
