# A worker with one function for each thing a Perl worker can do. Usage: worker.pl PORT
use strict;
use warnings;
use Gearman::Worker;

my $worker = Gearman::Worker->new;
$worker->job_servers("127.0.0.1:$ARGV[0]");
$worker->register_function(reverse => sub { scalar reverse $_[0]->arg });
$worker->register_function(
    progress => sub {
        my $job = shift;
        $job->set_status(1, 2);
        return "done";
    }
);
$worker->register_function(empty    => sub { "" });
$worker->register_function(zero     => sub { "0" });
$worker->register_function(throwing => sub { die "went wrong\n" });
$worker->register_function(failing  => sub { undef });
$worker->register_function(
    lazy => 1,
    sub {
        my $job = shift;
        unlink($job->arg) ? sleep 3 : return "second time";
        return "too late";
    }
);
$worker->work while 1;
