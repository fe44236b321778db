# SPDX-License-Identifier: MIT
# fish completion for isotpdump.

functions -q __isotp_interfaces; or source (status dirname)/isotpsend.fish

# True while the INTERFACE or FILE is still to come, or --read in its place.
function __isotpdump_needs_input
    set -l words (commandline -opc)
    set -l takes_value "^(-[bxXtsdP]|--(pair|broadcast-id|tx-ext-addr|rx-ext-addr|count|timestamp|\
n-cr|n-bs|tx-id|rx-id|rxpad|check-pad|max-pdu|color))\$"
    set -l is_value no
    for word in $words[2..-1]
        if test $is_value = yes
            set is_value no
        else if string match -qr -- $takes_value $word
            set is_value yes
        else if string match -qr -- '^(-r|--read)' $word; or not string match -q -- '-*' $word
            return 1
        end
    end
    return 0
end

complete -c isotpdump -f
complete -c isotpdump -n __isotpdump_needs_input -F -a '(__isotp_interfaces)'

complete -c isotpdump -s r -l read -r -F -d 'read a capture file, whatever interfaces there are'
complete -c isotpdump -l pair -x -d 'show what these two say: T[/A][:R[/A]]'
complete -c isotpdump -s b -l broadcast-id -x -d 'a functional ID, too'
complete -c isotpdump -s x -l tx-ext-addr -x -a any -d 'address byte of the frames on --tx-id'
complete -c isotpdump -s X -l rx-ext-addr -x -a any -d 'address byte of the frames on --rx-id'
complete -c isotpdump -l pdu -d 'show PDUs'
complete -c isotpdump -l uds -d 'name what PDUs say, tell how long answers took'
complete -c isotpdump -l stats -d 'end with a table of who said how much'
complete -c isotpdump -l frames -d 'show frames'
complete -c isotpdump -l json -d 'one JSON object a line'
complete -c isotpdump -l count -x -d 'exit after N frames or PDUs'
complete -c isotpdump -l full -d 'show all of a long PDU on a terminal'
complete -c isotpdump -s t -l timestamp -x -a 'a\tabsolute d\tdelta z\t"from zero" A\tdate' \
    -d 'time stamps'
complete -c isotpdump -s a -l ascii -d 'show the data as text, too'
complete -c isotpdump -s u -l uds-names -d 'frames: name the UDS services'
complete -c isotpdump -s c -d 'colours, as --color=always'
complete -c isotpdump -l n-cr -x -d 'end a PDU when its next frame is later than this'
complete -c isotpdump -l n-bs -x -d 'end a PDU when its flow control is later than this'
complete -c isotpdump -l swap-id -d 'pcap: the IDs are stored little-endian'

complete -c isotpdump -s s -l tx-id -x -d 'CAN ID of the tester'
complete -c isotpdump -s d -l rx-id -x -d 'CAN ID of the ECU'
complete -c isotpdump -l rxpad -x -d 'frames are padded with this byte'
complete -c isotpdump -l check-pad -x -a 'length content all' -d 'tell wrong padding'
complete -c isotpdump -s P -x -a 'l c a' -d 'tell wrong padding'
complete -c isotpdump -l max-pdu -x -d 'how much of a PDU is kept, in bytes'

complete -c isotpdump -l color -x -a 'auto always never' -d colours
complete -c isotpdump -s q -l quiet -d 'no warnings, no progress'
complete -c isotpdump -s v -l verbose -d 'say what is done'
complete -c isotpdump -s V -l version -d 'show the version and exit'
complete -c isotpdump -s '?' -s h -l help -d 'show all options and exit'
complete -c isotpdump -l usage -d 'show a short form of that and exit'
