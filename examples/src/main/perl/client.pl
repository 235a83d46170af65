#!/usr/bin/perl
# Asks the worker in ForeignClients.java for a digest: perl client.pl [host:port]
use strict;
use warnings;
use Gearman::Client;

my $client = Gearman::Client->new(job_servers => [$ARGV[0] // '127.0.0.1:4730']);
my $tasks = $client->new_task_set;
my $failed = 0;
$tasks->add_task(
    'digest',
    'hello from Perl',
    {
        on_status   => sub { print "$_[0] of $_[1]\n" },
        on_complete => sub { ${$_[0]} =~ /"digest":"(\w+)"/ and print "digest: $1\n" },
        on_fail     => sub { $failed = 1 },
    },
);
$tasks->wait(timeout => 30);
exit $failed;
