{{/* What all names begin with: the release's name. */}}
{{- define "spicelab.name" -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end }}

{{/* Labels of an object: (list . "component"). */}}
{{- define "spicelab.labels" -}}
{{- $root := index . 0 -}}
{{ include "spicelab.selector" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version }}
{{- end }}

{{/* Labels that select pods: (list . "component"). */}}
{{- define "spicelab.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: spicelab
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{/* An image by name: (list . .Values.dask.image). */}}
{{- define "spicelab.image" -}}
{{- $root := index . 0 -}}{{- $image := index . 1 -}}
{{- printf "%s:%s" $image.repository ($image.tag | default $root.Chart.AppVersion) -}}
{{- end }}

{{/* Labels and annotations of pods: (list . "component" values). */}}
{{- define "spicelab.podMetadata" -}}
{{- $values := index . 2 -}}
labels:
  {{- include "spicelab.selector" . | nindent 2 }}
  {{- with $values.podLabels }}{{ toYaml . | nindent 2 }}{{ end }}
{{- with $values.podAnnotations }}
annotations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* What every pod has, by the security standard `restricted`: (list . values). */}}
{{- define "spicelab.pod" -}}
{{- $root := index . 0 -}}{{- $values := index . 1 -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- with $root.Values.image.pullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "spicelab.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}

{{- define "spicelab.tokenSecret" -}}
{{- .Values.results.token.existingSecret | default (printf "%s-results-token" (include "spicelab.name" .)) -}}
{{- end }}

{{- define "spicelab.resultsUrl" -}}
http://{{ include "spicelab.name" . }}-results.{{ .Release.Namespace }}.svc:{{ .Values.results.service.port }}
{{- end }}

{{- define "spicelab.coordinatorAccount" -}}
{{- .Values.coordinator.serviceAccount.name | default (printf "%s-coordinator" (include "spicelab.name" .)) -}}
{{- end }}

{{- define "spicelab.workerAccount" -}}
{{- .Values.worker.serviceAccount.name | default (printf "%s-worker" (include "spicelab.name" .)) -}}
{{- end }}

{{/* An autoscaler of a Deployment: (list . "component" values). */}}
{{- define "spicelab.autoscaler" -}}
{{- $root := index . 0 -}}{{- $component := index . 1 -}}{{- $scaling := (index . 2).autoscaling -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ include "spicelab.name" $root }}-{{ $component }}
  labels: {{- include "spicelab.labels" (list $root $component) | nindent 4 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "spicelab.name" $root }}-{{ $component }}
  minReplicas: {{ $scaling.minReplicas }}
  maxReplicas: {{ $scaling.maxReplicas }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target: {type: Utilization, averageUtilization: {{ $scaling.targetCPU }}}
    {{- with $scaling.metrics }}{{ toYaml . | nindent 4 }}{{ end }}
  {{- with $scaling.behavior }}
  behavior: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
