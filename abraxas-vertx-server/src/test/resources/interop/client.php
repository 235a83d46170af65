<?php
// Does one thing a PHP client can do and prints what it got. Usage: client.php PORT WHAT [ARGUMENT]
[, $port, $what] = $argv;
$argument = $argv[3] ?? '';
$client = new GearmanClient();
$client->addServer('127.0.0.1', (int) $port);
$client->setTimeout(15000);
$print = fn($kind) => function ($task) use ($kind) {
    echo $kind, ' ', $task->data(), "\n";
};
$client->setDataCallback($print('data'));
$client->setWarningCallback($print('warning'));
$client->setCompleteCallback($print('complete'));
$client->setExceptionCallback($print('exception'));
$client->setFailCallback(function ($task) {
    echo "fail\n";
});
$client->setStatusCallback(function ($task) {
    echo 'status ', $task->taskNumerator(), '/', $task->taskDenominator(), "\n";
});

function show_status(array $status): void
{
    [$known, $running, $numerator, $denominator] = $status;
    echo $known ? 'known' : 'unknown', ' ', $running ? 'running' : 'waiting', ' ';
    echo "$numerator/$denominator\n";
}

switch ($what) {
    case 'normal':
        echo $client->doNormal('reverse', $argument), "\n";
        break;
    case 'high':
        echo $client->doHigh('reverse', $argument), "\n";
        break;
    case 'low':
        echo $client->doLow('reverse', $argument), "\n";
        break;
    case 'background':
        echo $client->doBackground($argument, 'payload', 'unique-1'), "\n";
        break;
    case 'ping':
        echo $client->ping('are you there') ? "yes\n" : "no\n";
        break;
    case 'status':
        show_status($client->jobStatus($argument));
        break;
    case 'unique-status':
        show_status($client->jobStatusByUniqueKey($argument));
        break;
    case 'tasks':
        foreach (['abc', 'def', 'ghi'] as $word) {
            $client->addTask('reverse', $word);
        }
        $client->runTasks();
        break;
    case 'task':
        $client->addTask($argument, 'payload', null, 'unique-2');
        $client->runTasks();
        break;
    case 'start-slow':
        echo $client->doBackground('slow', $argument, 'slow-1'), "\n";
        break;
}
if ($client->returnCode() !== GEARMAN_SUCCESS) {
    echo 'error ', $client->returnCode(), "\n";
}
