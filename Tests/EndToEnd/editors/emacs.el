;;; emacs.el --- Attaches Emacs's own client to a server  -*- lexical-binding: t; -*-

;; Talks to the server named by SERVER with the client that eglot is made of, and writes what it saw to REPORT, as JSON.

;;; Code:

(require 'json)
(require 'jsonrpc)

(defvar report-progress nil "What $/progress said, newest first.")
(defvar report-exit nil "The server's exit code.")

(defun report-request (_connection method _params)
  "Agree to METHOD when it is about progress."
  (unless (eq method 'window/workDoneProgress/create)
    (jsonrpc-error "No method %s" method)))

(defun report-notification (_connection method params)
  "Keep METHOD's PARAMS when it is progress."
  (when (eq method '$/progress)
    (push (list :token (plist-get params :token)
                :kind (plist-get (plist-get params :value) :kind)
                :message (plist-get (plist-get params :value) :message))
          report-progress)))

(defun report-wait (condition)
  "Wait until CONDITION, a function, holds."
  (let ((deadline (+ (float-time) 20)))
    (while (not (funcall condition))
      (when (> (float-time) deadline) (error "Waited in vain"))
      (accept-process-output nil 0.05))))

(let* ((connection
        (make-instance
         'jsonrpc-process-connection
         :name "runpod"
         :process (lambda ()
                    (make-process :name "runpod" :command (list (getenv "SERVER"))
                                  :connection-type 'pipe :coding 'utf-8-emacs-unix :noquery t
                                  :stderr (get-buffer-create "*runpod stderr*")))
         :request-dispatcher #'report-request
         :notification-dispatcher #'report-notification
         :on-shutdown (lambda (connection)
                        (setq report-exit (process-exit-status (jsonrpc--process connection))))))
       (execute (lambda (command argument)
                  (list :command command :arguments (vector argument))))
       (initialized
        (jsonrpc-request connection 'initialize
                         '(:processId nil :rootUri nil :capabilities (:window (:workDoneProgress t)))))
       ping worked cancelled again)
  (jsonrpc-notify connection 'initialized '(:_ nil))
  (setq ping (jsonrpc-request connection 'workspace/executeCommand (funcall execute "service/ping" '(:text "hello"))))
  (jsonrpc-request connection 'workspace/executeCommand
                   (funcall execute "test.progress" '(:reports 8 :ms 120)) :timeout 20)
  (setq worked (length report-progress))
  (jsonrpc-async-request connection 'workspace/executeCommand (funcall execute "test.sleep" '(:ms 600000))
                         :timeout 60
                         :success-fn (lambda (_) (setq cancelled 0))
                         :error-fn (lambda (failure) (setq cancelled (plist-get failure :code))))
  (report-wait (lambda () (> (length report-progress) (1+ worked))))
  (jsonrpc-notify connection 'window/workDoneProgress/cancel (list :token (plist-get (car report-progress) :token)))
  (report-wait (lambda () cancelled))
  (unless (eql cancelled -32800) (error "The cancelled was answered with %s" cancelled))
  (setq again (jsonrpc-request connection 'workspace/executeCommand (funcall execute "service/ping" '(:text "again"))))
  (jsonrpc-request connection 'shutdown nil)
  (jsonrpc-notify connection 'exit nil)
  (report-wait (lambda () report-exit))
  (with-temp-file (getenv "REPORT")
    (insert
     (json-serialize
      (list :commands (plist-get (plist-get (plist-get initialized :capabilities) :executeCommandProvider) :commands)
            :ping ping
            :progress (vconcat (reverse report-progress))
            :again again
            :exit report-exit)
      :null-object nil))))

;;; emacs.el ends here
