{{/* Whole seconds of a duration such as 500ms, 30s, 5m or 1h, rounded up. */}}
{{- define "fedmon.seconds" -}}
{{- if not (regexMatch "^[0-9]{1,7}(ms|s|m|h)$" (toString .text)) -}}
{{- fail (printf "%s is %v, which is not a duration: expected one such as 500ms, 30s or 5m." .name .text) -}}
{{- end -}}
{{- $number := regexFind "^[0-9]+" .text | atoi -}}
{{- $unit := regexFind "[a-z]+$" .text -}}
{{- if eq $unit "ms" -}}{{- div (add $number 999) 1000 -}}
{{- else if eq $unit "s" -}}{{- $number -}}
{{- else if eq $unit "m" -}}{{- mul $number 60 -}}
{{- else -}}{{- mul $number 3600 -}}
{{- end -}}
{{- end -}}

{{/* The longest examination in seconds: fedmon's own default is 30s. Partners in included files are not seen here. */}}
{{- define "fedmon.longestSeconds" -}}
{{- $defaults := default dict .Values.config.defaults -}}
{{- $longest := include "fedmon.seconds" (dict "name" "config.defaults.timeout" "text" (default "30s" $defaults.timeout)) | int -}}
{{- range $partner := default list .Values.config.partners -}}
{{- with $partner.timeout -}}
{{- $name := printf "The timeout of %s in config.partners" $partner.domain -}}
{{- $longest = max $longest (include "fedmon.seconds" (dict "name" $name "text" .) | int) | int -}}
{{- end -}}
{{- end -}}
{{- $longest -}}
{{- end -}}

{{/* What the longest examination needs to end when the pod is stopped, and ten seconds for the rest of the process. */}}
{{- define "fedmon.graceSeconds" -}}
{{- add (include "fedmon.longestSeconds" . | int) 10 -}}
{{- end -}}
