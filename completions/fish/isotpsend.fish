# SPDX-License-Identifier: MIT
# fish completion for isotpsend and isotprecv; one file, found under both names. isotpperf has its
# own, and the options that all three share are here.

# Embedded buses that exist, and CAN interfaces.
function __isotp_interfaces
    set -l buses "$XDG_RUNTIME_DIR/isotp"
    if test -z "$XDG_RUNTIME_DIR"
        set -l tmp "$TMPDIR"
        test -n "$tmp"; or set tmp /tmp
        set buses $tmp/isotp-(id -u)
    end
    for bus in $buses/*/
        printf 'virtual:%s\tembedded bus\n' (string replace -r '.*/([^/]+)/$' '$1' -- $bus)
    end
    for type in /sys/class/net/*/type
        if test (cat $type) = 280
            printf '%s\tCAN interface\n' (string replace -r '.*/([^/]+)/type$' '$1' -- $type)
        end
    end
    printf 'virtual:\tembedded bus by its name\n'
end

# True while the INTERFACE, the first operand, is still to come.
function __isotp_needs_interface
    set -l words (commandline -opc)
    set -l letters DlgtfsdxLpP
    string match -q '*isotprecv' -- $words[1]; and set letters bmwfsdxLpP
    set -l takes_value "^(-[$letters]|--(file|length|repeat|interval|count|timeout|format|tx-id|\
rx-id|ext-addr|sa|ta|ae|tx-dl|link-layer|txpad|rxpad|check-pad|bs|stmin|wftmax|tx-stmin|rx-stmin|\
frame-txtime|max-pdu|stack|n-as|n-bs|n-cr|n-br|n-cs|color))\$"
    set -l is_value no
    for word in $words[2..-1]
        if test $is_value = yes
            set is_value no
        else if string match -qr -- $takes_value $word
            set is_value yes
        else if not string match -q -- '-*' $word
            return 1
        end
    end
    return 0
end

# isotpsend
complete -c isotpsend -l file -r -F -d 'send the bytes of a file; - is standard input'
complete -c isotpsend -s D -l length -x -d 'send N bytes of a pattern'
complete -c isotpsend -l lines -d 'each line of standard input is one PDU in hex'
complete -c isotpsend -l repeat -x -a forever -d 'send N times, or forever'
complete -c isotpsend -s l -x -a i -d 'send N times; i: forever'
complete -c isotpsend -l interval -x -d 'start the PDUs this far apart'
complete -c isotpsend -s g -x -d 'microseconds to wait before each PDU'
complete -c isotpsend -l timeout -x -d 'give a transfer up after this time'
complete -c isotpsend -l no-wait -d 'exit 0 whatever becomes of the transfer'
complete -c isotpsend -s b -d 'wait for the end of the transfer: the default'
complete -c isotpsend -s S -l sf-broadcast -d 'single frames to everybody'
complete -c isotpsend -s C -l cf-broadcast -d 'send without flow control'
complete -c isotpsend -s t -x -a ZERO -d 'extra gap before each consecutive frame, in ns'
complete -c isotpsend -s f -x -d 'gap between consecutive frames, in ns'

# isotprecv
complete -c isotprecv -s l -l loop -d 'go on after a PDU, for ever'
complete -c isotprecv -l count -x -d 'exit after N PDUs'
complete -c isotprecv -l timeout -x -d 'exit with 4 when no PDU begins within this time'
complete -c isotprecv -l format -x -a 'hex raw ascii dump' -d 'how to print a PDU'
complete -c isotprecv -l listen -d 'only listen: send no flow control'
complete -c isotprecv -s b -x -d 'block size to ask for, hex'
complete -c isotprecv -s m -x -d 'STmin to ask for as a raw byte, hex'
complete -c isotprecv -s w -x -d 'wait frames in a row, hex'
complete -c isotprecv -s f -x -d 'drop consecutive frames that follow faster, in ns'
complete -c isotprecv -s F -d 'as --dyn-fc'

for program in isotpsend isotprecv
    complete -c $program -f
    complete -c $program -n __isotp_needs_interface -x -a '(__isotp_interfaces)'
end

for program in isotpsend isotprecv isotpperf
    complete -c $program -s s -l tx-id -x -d 'CAN ID that this end sends on'
    complete -c $program -s d -l rx-id -x -d 'CAN ID that this end receives on'
    complete -c $program -s x -l ext-addr -x -d 'extended addressing: A[:R]'
    complete -c $program -l sa -x -d 'normal fixed addressing: own address'
    complete -c $program -l ta -x -d 'normal fixed addressing: the address of the peer'
    complete -c $program -l ae -x -d 'mixed addressing: address extension'
    complete -c $program -l functional -d 'functional addressing: single frames only'

    complete -c $program -l fd -d 'CAN FD frames of up to 64 bytes'
    complete -c $program -l tx-dl -x -a '8 12 16 20 24 32 48 64' -k -d 'longest frame sent'
    complete -c $program -l brs -d 'CAN FD with bit rate switch'
    complete -c $program -l esi -d 'CAN FD with error state indicator'
    complete -c $program -s L -l link-layer -x -a '16:8:0 72:64:0 72:64:1' -d 'MTU:TX_DL:FLAGS'
    complete -c $program -l txpad -x -d 'pad sent frames with this byte'
    complete -c $program -l rxpad -x -d 'received frames are padded with this byte'
    complete -c $program -s p -x -d 'pad bytes [TX]:[RX]'
    complete -c $program -l check-pad -x -a 'length content all' -d 'refuse wrong padding'
    complete -c $program -s P -x -a 'l c a' -d 'refuse wrong padding'

    complete -c $program -l bs -x -d 'block size to ask for'
    complete -c $program -l stmin -x -d 'gap between frames to ask for: 10ms, 500us, 0xF3'
    complete -c $program -l wftmax -x -d 'wait frames to send in a row at most'
    complete -c $program -l tx-stmin -x -d 'leave this gap between frames sent'
    complete -c $program -l rx-stmin -x -d 'drop consecutive frames that follow faster'
    complete -c $program -l frame-txtime -x -a zero -d 'extra gap before each consecutive frame'
    complete -c $program -l dyn-fc -d 'take BS and STmin from each flow control'
    complete -c $program -l half-duplex -d 'one direction at a time'
    complete -c $program -l max-pdu -x -d 'longest PDU to receive, in bytes'
    complete -c $program -l stack -x -a 'auto kernel builtin' -d 'who does the ISO-TP'

    complete -c $program -l n-as -x -d 'time for the bus to take a frame'
    complete -c $program -l n-bs -x -d 'time to wait for a flow control'
    complete -c $program -l n-cr -x -d 'time to wait for a consecutive frame'
    complete -c $program -l n-br -x -d 'delay each flow control that we send'
    complete -c $program -l n-cs -x -d 'delay each consecutive frame that we send'

    complete -c $program -l check -d 'show what this machine offers'
    complete -c $program -l color -x -a 'auto always never' -d 'colour messages'
    complete -c $program -s q -l quiet -d 'no warnings, no progress'
    complete -c $program -s v -l verbose -d 'say what is done'
    complete -c $program -s V -l version -d 'show the version and exit'
    complete -c $program -s '?' -s h -l help -d 'show all options and exit'
    complete -c $program -l usage -d 'show a short form of that and exit'
end
