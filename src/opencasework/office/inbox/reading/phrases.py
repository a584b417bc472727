"""What mail programs write around the words of a reply, in the languages people write to an office in.

Each is the inside of a pattern; `replies` says where in a mail it counts.
"""

# Whoever wrote what follows: "On 3 November Ana Reyes wrote:".
WROTE = "|".join((
    "wrote|writes|ysgrifennodd|scríobh",
    "a écrit|schrieb|escribió|schreef|geschreven|ha scritto|escreveu|skrev|kirjoitti",
    r"napisała?|napisał\(a\)|a scris|napsala?|napísala|napísal\(a\)|ezt írta|rašė|rakstīja|shkroi",
    r"написала?|написал\(а\)|пишет|пише|написав|написа|έγραψε|yazdı|napisao je|napisala je|đã viết",
    "كتبت?|نوشت|لکھا|লিখেছেন|ਲਿਖਿਆ|लिखा|લખ્યું",
))  # fmt: skip

# Above lines that are marked as quoted, with a name and no date: "Quoting Ana Reyes <ana@mail.example>:".
QUOTING = "Quoting|Quoth|Excerpts from|Zitat von|Citando a?|Citation de|Citazione|Citeren|Cytowanie|Dyfynnu"

# Between hyphens, above an old mail that is not marked line by line.
OLD_MESSAGE = "|".join((
    "Original message|Forwarded message|Neges wreiddiol|Neges wedi'i hanfon ymlaen",
    "Ursprüngliche Nachricht|Weitergeleitete Nachricht|Message d'origine|Message transféré",
    "Mensaje original|Mensaje reenviado|Mensagem original|Mensagem encaminhada",
    "Messaggio originale|Messaggio inoltrato|Oorspronkelijk bericht|Doorgestuurd bericht",
    "Oryginalna wiadomość|Wiadomość oryginalna|Wiadomość przekazana|Mesaj original|Mesaj redirecționat",
    "الرسالة الأصلية|رسالة معاد توجيهها|اصل پیغام",
))  # fmt: skip

# As Apple's programs say it, with a colon, above the headers of what they pass on.
FORWARDED = "|".join((
    "Begin forwarded message|Forwarded message|Dechrau'r neges a anfonwyd ymlaen",
    "Anfang der weitergeleiteten (?:Nachricht|E-Mail)|Début du message (?:transféré|réexpédié)",
    "Inizio (?:del )?messaggio inoltrato|Inicio del mensaje reenviado|Início da mensagem (?:re)?encaminhada",
    "Begin doorgestuurd bericht|Początek przekazywanej wiadomości|Początek przekazanej wiadomości",
    "Începutul mesajului (?:redirecționat|retrimis)|Začátek přeposílané zprávy|Továbbított levél kezdete",
    "Начало переадресованного сообщения|Початок листа, що пересилається|İletilen mesajın başlangıcı",
    "بداية الرسالة المعاد توجيهها|بداية الرسالة المُعاد توجيهها|بدء الرسالة التي تم تمريرها",
))  # fmt: skip

# The headers of the mail that is quoted.
HEADERS = {
    "from": "|".join((
        "from|oddi wrth|o|von|de|od|da|van|de la|nuo|feladó|от|від|από|kimden|från|fra|lähettäjä|šalje|nga",
        "từ|发件人|寄件者|差出人|보낸 사람|من|מאת|از|منجانب|بھیجنے والا|প্রেরক|থেকে|ਵੱਲੋਂ|ਭੇਜਣ ਵਾਲਾ|प्रेषक|તરફથી",
    )),
    "sent": "|".join((
        "sent|date|anfonwyd|dyddiad|gesendet|datum|envoyé|enviado|enviado el|enviada|enviada em|fecha",
        "wysłano|data|inviato|inviato il|verzonden|trimis|dată|išsiųsta|elküldve|odesláno|odoslané|dërguar",
        "отправлено|дата|надіслано|изпратено|στάλθηκε|gönderilme|gönderildi|tarih|skickat|sendt|lähetetty",
        "poslano|đã gửi|发送时间|發送時間|日期|送信日時|보낸 날짜|تم الإرسال|التاريخ|נשלח|ارسال شده",
        "بھیجا گیا|تاریخ|পাঠানো হয়েছে|তারিখ|ਭੇਜਿਆ|ਮਿਤੀ|भेजा गया|दिनांक|મોકલ્યું|તારીખ",
    )),
    "to": "|".join((
        "to|at|an|à|para|do|a|aan|către|kam|címzett|komu|кому|до|προς|kime|till|til|vastaanottaja|za|prima",
        "për|đến|tới|收件人|收件者|宛先|받는 사람|إلى|אל|به|بنام|প্রতি|প্রাপক|ਨੂੰ|ਪ੍ਰਤੀ|प्रति|પ્રતિ",
    )),
    "cc": "cc|copi|kopia|kopie|dw|копия|копія|抄送|نسخة|نقل",
    "subject": "|".join((
        "subject|pwnc|betreff|objet|asunto|temat|oggetto|onderwerp|assunto|subiect|tema|tárgy|předmět",
        "predmet|тема|относно|θέμα|konu|ämne|emne|aihe|chủ đề|主题|主旨|件名|제목|الموضوع|נושא|موضوع",
        "বিষয়|ਵਿਸ਼ਾ|विषय|વિષય",
    )),
}  # fmt: skip

# The line a telephone or a program adds below. What follows it on the line is its name.
SENT_FROM = "|".join((
    "Sent from (?:my|Outlook|Mail|Yahoo|Samsung|AOL|Proton|Gmail|the all new|Windows Mail|BlueMail|Spark)",
    "Sent from (?:iCloud|Huawei|eM Client|Mailbird|Mailbox|TypeApp)|Get (?:Outlook|BlueMail) for",
    "Sent (?:with|via|using) (?:Proton|Spark|BlueMail|BT|Zoho|Tuta|Airmail|Gmail)",
    r"Sent via mobile|[(<\[]{1,2}[Ss]ent (?:from|by|via) [^()<>\[\]]{1,40}[)>\]]{1,2}",
    r"Virus-free\.",
    "Anfonwyd o (?:fy|Outlook|Mail|Yahoo|Samsung)|(?:Cael|Lawrlwytho) Outlook ar gyfer",
    "Download Outlook voor",
    "Verzonden (?:vanaf|vanuit|met|via) (?:mijn|Outlook|Mail|Yahoo|Samsung|iPhone|iPad)",
    "(?:Obtenir|Obtenez|Télécharger|Téléchargez) Outlook pour|Provenance ?: Courrier",
    "Envoyé (?:de(?:puis)?|à partir de) (?:mon|Outlook|Courrier|Yahoo|l[’']app)",
    "(?:Obtener|Obtén|Descargar|Descarga) Outlook para|Enviado desde (?:mi|Outlook|Correo|Yahoo)",
    "(?:Obter|Obtenha|Baixar|Transferir) o? ?Outlook para|Enviado (?:via|por) (?:iPhone|iPad|Yahoo)",
    "Enviado (?:do|a partir do) (?:meu|Outlook|Correio|Yahoo|Email)",
    "(?:Scarica|Ottieni) Outlook per|Inviato da",
    "Von meinem|Gesendet (?:von|mit|über) (?:Mail|Outlook|Yahoo|meinem|der|iPhone|iPad|Samsung|Proton)",
    "(?:Holen Sie sich )?Outlook für (?:iOS|Android|Mac)",
    "Diese Nachricht wurde von meine[mr] .{1,60} gesendet",
    "(?:Pobierz|Uzyskaj) (?:program |aplikację )?Outlook|Wysłan[eo] ze?",
    "(?:Obțineți|Descărcați|Obţineţi|Descărcaţi) Outlook pentru",
    "Trimis (?:de pe|din|de la) (?:iPhone|iPad|Yahoo|Outlook|Samsung|Android|Mail|telefonul|dispozitivul)",
    "Odesláno z|Odoslané z|Poslano s mog|Отправлено (?:с|из)|Надіслано з|Изпратено от моя|Skickat från min",
    "Sendt fra (?:min|mi|Outlook)|Išsiųsta iš|Nosūtīts no|Dërguar nga|Εστάλη από|Στάλθηκε από",
    "Đã gửi từ|Gửi từ|iPhone['’](?:um)?dan gönderildi",
    "发自我的|從我的|iPhoneから送信|나의 iPhone에서 보냄|נשלח מה",
    "أ\u064f?رسلت من|أ\u064f?رسل من|تم الإرسال من|مرسلة? من|(?:الحصول|احصل) على Outlook",
    "(?:میرے|میری|اپنے) .{1,40} سے (?:بھیجا|بھیجی|ارسال)|ارسال شده از",
    "আমার .{1,40} থেকে (?:পাঠানো|প্রেরিত)|ਮੇਰੇ .{1,40} ਤੋਂ ਭੇਜਿਆ|मेरे .{1,40} से भेजा",
    "મારા .{1,40} ?(?:થી|માંથી) મોકલ",
))  # fmt: skip
