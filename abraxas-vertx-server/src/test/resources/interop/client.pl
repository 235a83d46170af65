# Does one thing a Perl client can do and prints what it got. Usage: client.pl PORT WHAT [ARGUMENT]
use strict;
use warnings;
use Gearman::Client;
use Gearman::Task;

my ($port, $what, $argument) = @ARGV;
my $client = Gearman::Client->new(job_servers => ["127.0.0.1:$port"], exceptions => 1);

if ($what eq 'do') {
    my $result = $client->do_task(reverse => $argument);
    print "result $$result\n";
}
elsif ($what eq 'background') {
    my $handle = $client->dispatch_background($argument => "payload", { uniq => "unique-1" });
    my $status = $client->get_status($handle);
    print $status->known ? "known" : "unknown", " ", $status->running ? "running" : "waiting", "\n";
}
elsif ($what eq 'task') {
    my $set = $client->new_task_set;
    $set->add_task(
        $argument => "payload",
        {   on_complete  => sub { print "complete ${$_[0]}\n" },
            on_fail      => sub { print "fail\n" },
            on_exception => sub { print "exception $_[0]\n" },
            on_status    => sub { print "status $_[0]/$_[1]\n" },
            priority     => 'high',
        }
    );
    $set->wait(timeout => 15);
}
elsif ($what eq 'tasks') {
    my $set = $client->new_task_set;
    my @results;
    for my $word (qw(abc def ghi)) {
        $set->add_task(reverse => $word, { on_complete => sub { push @results, ${ $_[0] } } });
    }
    $set->wait(timeout => 15);
    print join(" ", sort @results), "\n";
}
elsif ($what eq 'lazy') {
    my $set = $client->new_task_set;
    $set->add_task(lazy => $argument, { on_complete => sub { print "complete ${$_[0]}\n" } });
    $set->wait(timeout => 15);
}
