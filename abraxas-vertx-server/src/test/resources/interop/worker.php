<?php
// A worker with one function for each thing a PHP worker can do. Usage: worker.php PORT
$worker = new GearmanWorker();
$worker->addServer('127.0.0.1', (int) $argv[1]);
$worker->setId('php-worker');
$worker->addFunction('reverse', fn($job) => strrev($job->workload()));
$worker->addFunction('chatty', function ($job) {
    $job->sendData('some data');
    $job->sendWarning('a warning');
    $job->sendStatus(1, 2);
    return 'done';
});
$worker->addFunction('throwing', function ($job) {
    $job->sendException('went wrong');
    $job->setReturn(GEARMAN_WORK_EXCEPTION);
});
$worker->addFunction('failing', function ($job) {
    $job->sendFail();
});
$worker->addFunction('who', fn($job) => $job->unique() . ' ' . $job->handle());
$worker->addFunction('slow', function ($job) {
    $job->sendStatus(3, 4);
    while (!file_exists($job->workload())) {
        usleep(20000);
    }
    return 'slept';
});
while ($worker->work() || $worker->returnCode() !== GEARMAN_SUCCESS) {
    if ($worker->returnCode() !== GEARMAN_SUCCESS && $worker->returnCode() !== GEARMAN_WORK_FAIL
        && $worker->returnCode() !== GEARMAN_WORK_EXCEPTION) {
        fwrite(STDERR, $worker->error() . "\n");
        exit(1);
    }
}
