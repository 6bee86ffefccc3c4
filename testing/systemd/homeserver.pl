#!/usr/bin/perl
# A stand-in for a Matrix homeserver of one room, for boxes that have no more than Debian's perl-base:
#   homeserver.pl PORT TOKEN SHOWN
# What is shown in the room is a line in the file SHOWN, each transaction once; while SHOWN.down is
# there it answers 502.
use strict;
use warnings;
use IO::Socket::INET;

my ($port, $token, $shown) = @ARGV;
my %known;
my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $port, Listen => 20, ReuseAddr => 1)
    or die "port $port: $!";
open(my $room, '>>', $shown) or die "$shown: $!";
$room->autoflush(1);
$SIG{PIPE} = 'IGNORE';

while (my $client = $listener->accept) {
    my ($request, $length, $login) = ('', 0, '');
    $request = <$client> // '';
    while (defined(my $line = <$client>)) {
        $line =~ s/\r?\n//;
        last if $line eq '';
        $length = $1 if $line =~ /^content-length:\s*(\d+)/i;
        $login  = $1 if $line =~ /^authorization:\s*Bearer (.*)/i;
    }
    my $body = '';
    read($client, $body, $length) if $length;
    my ($path) = $request =~ m{^\S+ /_matrix/client/v3(\S*)};
    my ($status, $answer) = (404, '{"errcode":"M_UNRECOGNIZED","error":"no such thing"}');
    if (-e "$shown.down") {
        ($status, $answer) = (502, 'down');
    } elsif ($login ne $token) {
        ($status, $answer) = (401, '{"errcode":"M_UNKNOWN_TOKEN","error":"who?"}');
    } elsif (($path // '') =~ m{^/join/}) {
        ($status, $answer) = (200, '{"room_id":"!room"}');
    } elsif (($path // '') =~ m{^/account/whoami}) {
        ($status, $answer) = (200, '{"user_id":"@bot:example.org"}');
    } elsif (($path // '') =~ m{^/rooms/[^/]+/send/m\.room\.message/([^/?]+)}) {
        my $transaction = $1;
        print $room "$body\n" unless $known{$transaction}++;
        ($status, $answer) = (200, "{\"event_id\":\"\$$transaction\"}");
    }
    print $client "HTTP/1.1 $status X\r\nContent-Type: application/json\r\nContent-Length: "
        . length($answer) . "\r\nConnection: close\r\n\r\n$answer";
    close $client;
}
