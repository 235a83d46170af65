<?php
// One job at a time through PHP's extension: prints quantiles of the latency.
//
// php lone_job.php HOST PORT SECONDS                (Debian: php-cli php-gearman)
if ($argc !== 4) {
    fwrite(STDERR, "usage: php lone_job.php HOST PORT SECONDS\n");
    exit(2);
}
$client = new GearmanClient();
$client->addServer($argv[1], (int) $argv[2]);
$payload = str_repeat("\0", 64);
$start = hrtime(true);
$warm = $start + (int) ($argv[3] / 3 * 1e9);
$end = $start + (int) ($argv[3] * 1e9);
$samples = [];
for ($begin = $start; $begin < $end; $begin = hrtime(true)) {
    $result = $client->doNormal('load', $payload);
    if ($client->returnCode() !== GEARMAN_SUCCESS || $result !== $payload) {
        fwrite(STDERR, 'lone_job: ' . $client->error() . "\n");
        exit(1);
    }
    if ($begin >= $warm) {
        $samples[] = hrtime(true) - $begin;
    }
}
sort($samples);
$count = count($samples);
printf(
    "%.0f jobs/s, p50 %.0f us, p99 %.0f us, 0 failed\n",
    $count / (($end - $warm) / 1e9),
    $samples[intdiv($count, 2)] / 1e3,
    $samples[(int) ($count * 0.99)] / 1e3
);
