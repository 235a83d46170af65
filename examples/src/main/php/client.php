<?php
// Asks the worker in ForeignClients.java for a digest: php client.php [host] [port]
$client = new GearmanClient();
$client->addServer($argv[1] ?? '127.0.0.1', (int) ($argv[2] ?? 4730));
$client->setStatusCallback(function (GearmanTask $task) {
    printf("%d of %d\n", $task->taskNumerator(), $task->taskDenominator());
});
$client->setCompleteCallback(function (GearmanTask $task) {
    printf("digest: %s\n", json_decode($task->data())->digest);
});
$client->addTask('digest', 'hello from PHP');
if (!$client->runTasks()) {
    fwrite(STDERR, $client->error() . "\n");
    exit(1);
}
