# SPDX-License-Identifier: MIT
# fish completion for isotpperf: what it does not share with isotpsend.

functions -q __isotp_interfaces; or source (status dirname)/isotpsend.fish

# True while the INTERFACE or FILE is still to come, or --read in its place.
function __isotpperf_needs_input
    set -l words (commandline -opc)
    set -l takes_value "^(-[XsdxLpP]|--(length|count|duration|interval|warmup|timeout|pair|\
rx-ext-addr|bitrate|dbitrate|plot|fail-if|tx-id|rx-id|ext-addr|sa|ta|ae|tx-dl|link-layer|txpad|\
rxpad|check-pad|bs|stmin|wftmax|tx-stmin|rx-stmin|frame-txtime|max-pdu|stack|n-as|n-bs|n-cr|n-br|\
n-cs|color))\$"
    set -l is_value no
    for word in $words[2..-1]
        if test $is_value = yes
            set is_value no
        else if string match -qr -- '^(-r|--read)' $word; or not string match -q -- '-*' $word
            return 1
        else if string match -qr -- $takes_value $word
            set is_value yes
        end
    end
    return 0
end

# True while there is no mode that takes part in a bus: the monitor reads files, too.
function __isotpperf_reads
    not string match -qr -- '^--(source|sink|ping|echo)$' (commandline -opc)
end

# What a limit may be about: the operator and the value follow without a blank.
function __isotpperf_metrics
    set -l told count min mean p50 p90 p99 p999 max
    printf '%s\n' pdus bytes rate frames broken lost damaged reordered stmin_violations \
        bs_violations bus_load wire_share $told {time,gap,fc,rtt}.$told
end

complete -c isotpperf -f
complete -c isotpperf -n __isotpperf_needs_input -x -a '(__isotp_interfaces)'
complete -c isotpperf -n '__isotpperf_needs_input; and __isotpperf_reads' -F

complete -c isotpperf -l source -d 'send numbered PDUs'
complete -c isotpperf -l sink -d "receive a source's PDUs and check them"
complete -c isotpperf -l ping -d 'send numbered PDUs, await each back'
complete -c isotpperf -l echo -d 'send every PDU back'
complete -c isotpperf -l length -x -d 'bytes of a PDU: 62, or 7,62,4095, or 8-4095:100'
complete -c isotpperf -l count -x -d 'end after N PDUs of each length'
complete -c isotpperf -l duration -x -d 'end after this time with each length'
complete -c isotpperf -l interval -x -d 'start the PDUs this far apart'
complete -c isotpperf -l warmup -x -d 'PDUs of each length before those that count'
complete -c isotpperf -l timeout -x \
    -d 'time to wait for an echo or a PDU, or for a transfer to end'
complete -c isotpperf -l no-observe -d 'do not watch the frames on the bus besides'
complete -c isotpperf -l pair -x -d 'monitor what ID T sends to R: T[/A][:R[/A]]'
complete -c isotpperf -s X -l rx-ext-addr -x -d 'extended addressing: the byte received'
complete -c isotpperf -s r -l read -r -F -d 'monitor a capture file'
complete -c isotpperf -l swap-id -d 'pcap: the IDs are stored little-endian'
complete -c isotpperf -l bitrate -x -a '125k 250k 500k 1M' -k -d 'of the wire, for load and limit'
complete -c isotpperf -l dbitrate -x -a '2M 4M 5M 8M' -k -d 'CAN FD: bit rate of the data'
complete -c isotpperf -l histogram -d 'show how the times are spread'
complete -c isotpperf -l plot -r -F -d 'draw the times over the run: .svg, .png'
complete -c isotpperf -l json -d 'one JSON object a line'
complete -c isotpperf -l fail-if -x -a '(__isotpperf_metrics)' \
    -d 'exit with 8 if this is so at the end: p99>5ms'
