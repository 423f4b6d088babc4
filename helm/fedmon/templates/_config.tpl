{{/* Where Redis is, as fedmon.yaml says it. With redis.urlKey the URL is in the environment. */}}
{{- define "fedmon.redis" -}}
{{- $redis := .Values.redis -}}
{{- $out := dict "prefix" $redis.prefix -}}
{{- if .Values.valkey.enabled -}}
{{- $out = set $out "url" (printf "redis://%s-valkey:6379" (include "fedmon.fullname" .)) -}}
{{- else if $redis.url -}}
{{- $out = set $out "url" $redis.url -}}
{{- end -}}
{{- if or .Values.valkey.existingSecret (and $redis.existingSecret (not $redis.urlKey)) -}}
{{- $out = set $out "passwordFile" "/run/fedmon/redis/password" -}}
{{- end -}}
{{- if or $redis.ca.existingSecret $redis.ca.existingConfigMap -}}
{{- $out = set $out "caFile" "/run/fedmon/redis-ca/ca.crt" -}}
{{- end -}}
{{- with $redis.sentinel -}}
{{- if .hosts -}}
{{- $sentinel := dict "hosts" .hosts "master" .master -}}
{{- if .existingSecret -}}
{{- $sentinel = set $sentinel "passwordFile" "/run/fedmon/sentinel/password" -}}
{{- end -}}
{{- $out = set $out "sentinel" $sentinel -}}
{{- end -}}
{{- end -}}
{{- toYaml $out -}}
{{- end -}}

{{/* What fedmon reads once, when it starts: a change of it needs new pods. Everything else is taken by running ones. */}}
{{- define "fedmon.fixed" -}}
{{- $address := .Values.listenAddress -}}
{{- $listen := dict "exporter" (printf "%s:9464" $address) "scheduler" (printf "%s:9465" $address) "worker" (printf "%s:9466" $address) -}}
{{- $out := dict "redis" (include "fedmon.redis" . | fromYaml) "listen" $listen -}}
{{- if .Values.api.existingSecret -}}
{{- $out = set $out "api" (dict "tokenFile" "/run/fedmon/api/token") -}}
{{- end -}}
{{- with .Values.vantages -}}
{{- $out = set $out "vantage" (first .).name -}}
{{- if gt (len .) 1 -}}
{{- $names := list -}}
{{- range . -}}{{- $names = append $names .name -}}{{- end -}}
{{- $vantages := dict "names" $names -}}
{{- if $.Values.quorum -}}{{- $vantages = set $vantages "quorum" $.Values.quorum -}}{{- end -}}
{{- $out = set $out "vantages" $vantages -}}
{{- end -}}
{{- end -}}
{{- with .Values.config.vantage -}}
{{- $out = set $out "vantage" . -}}
{{- end -}}
{{- toYaml $out -}}
{{- end -}}

{{/* fedmon.yaml: the values, and what only the chart can know. */}}
{{- define "fedmon.config" -}}
{{- $config := mustMergeOverwrite (deepCopy .Values.config) (include "fedmon.fixed" . | fromYaml) -}}
{{- if include "fedmon.clientSecret" . -}}
{{- $files := dict "certFile" "/run/fedmon/client/tls.crt" "keyFile" "/run/fedmon/client/tls.key" -}}
{{- $config = mustMergeOverwrite $config (dict "identity" $files) -}}
{{- end -}}
{{- toYaml $config -}}
{{- end -}}
