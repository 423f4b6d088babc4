{{/* IPv4 that no partner has (IANA special-purpose registry), and the address at which one cloud serves its machines. */}}
{{- define "fedmon.notPublic4" -}}
{{- list "0.0.0.0/8" "10.0.0.0/8" "100.64.0.0/10" "127.0.0.0/8" "168.63.129.16/32" "169.254.0.0/16" "172.16.0.0/12" "192.0.0.0/24" "192.0.2.0/24" "192.88.99.0/24" "192.168.0.0/16" "198.18.0.0/15" "198.51.100.0/24" "203.0.113.0/24" "224.0.0.0/4" "240.0.0.0/4" | toJson -}}
{{- end -}}

{{/* The same networks behind the well-known prefix of NAT64 (RFC 6052), through which a network without IPv4 reaches it. */}}
{{- define "fedmon.notPublicNat64" -}}
{{- $out := list -}}
{{- range include "fedmon.notPublic4" . | fromJsonArray -}}
{{- $parts := splitList "/" . -}}
{{- $octets := splitList "." (first $parts) -}}
{{- $high := add (mul 256 (index $octets 0 | atoi)) (index $octets 1 | atoi) -}}
{{- $low := add (mul 256 (index $octets 2 | atoi)) (index $octets 3 | atoi) -}}
{{- $out = append $out (printf "64:ff9b::%x:%x/%d" $high $low (add 96 (last $parts | atoi))) -}}
{{- end -}}
{{- $out | toJson -}}
{{- end -}}

{{/* Ports of the resolvers: 53, which the cluster's own resolver has, and what config.dns.servers names. */}}
{{- define "fedmon.dnsPorts" -}}
{{- $ports := list 53 -}}
{{- $dns := default dict .Values.config.dns -}}
{{- range default list $dns.servers -}}
{{- $server := regexReplaceAll "#.*$" (trimPrefix "tls://" .) "" -}}
{{- if regexMatch "^([^:]+|\\[[^]]+\\]):[0-9]{1,5}$" $server -}}
{{- $ports = append $ports (regexFind "[0-9]+$" $server | atoi) -}}
{{- else if hasPrefix "tls://" . -}}
{{- $ports = append $ports 853 -}}
{{- end -}}
{{- end -}}
{{- uniq $ports | toJson -}}
{{- end -}}

{{/* Ports of the store and of the sentinels that lead to it. */}}
{{- define "fedmon.storePorts" -}}
{{- $redis := .Values.redis -}}
{{- $named := regexFind ":[0-9]{1,5}(/|$)" $redis.url | trimPrefix ":" | trimSuffix "/" -}}
{{- $ports := list (.Values.networkPolicy.redisPort | int | default (atoi (default "6379" $named))) -}}
{{- range $redis.sentinel.hosts -}}
{{- $ports = append $ports (atoi (default "26379" (regexFind ":[0-9]{1,5}$" . | trimPrefix ":"))) -}}
{{- end -}}
{{- uniq $ports | toJson -}}
{{- end -}}

{{/* Where partners, canary and controls are asked: the usual ports, and those that the config names. */}}
{{- define "fedmon.probePorts" -}}
{{- $ports := list -}}
{{- range .Values.networkPolicy.partnerPorts -}}{{- $ports = append $ports (printf "%d/TCP" (int .)) -}}{{- end -}}
{{- $places := default list .Values.config.controls -}}
{{- with .Values.config.canary -}}{{- $places = append $places . -}}{{- end -}}
{{- range default list .Values.config.partners -}}{{- with .route -}}{{- $places = append $places . -}}{{- end -}}{{- end -}}
{{- range $places -}}
{{- $transport := default "tls" .transport -}}
{{- $port := default (ternary 5061 5060 (eq $transport "tls")) .port | int -}}
{{- $ports = append $ports (printf "%d/%s" $port (ternary "UDP" "TCP" (eq $transport "udp"))) -}}
{{- end -}}
{{- uniq $ports | toJson -}}
{{- end -}}
